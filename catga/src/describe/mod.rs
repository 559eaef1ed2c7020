//! What a mediator is made of, as a table that the compiler has at hand: its messages, their handlers, the
//! pipelines as they run, and who sends what.
//!
//! `Shop::describe()` is plain data, made of constants: a program that does not ask holds nothing of it.
//! The table prints itself as text, as [JSON](Table::json) and as a [Mermaid](Table::mermaid) flowchart, and
//! [explains](Table::explain) one message.

mod explain;
mod handler;
mod json;
mod located;
mod mermaid;
mod pipeline;
mod table;
mod text;

pub use explain::Explain;
pub use handler::{Capability, HandlerInfo};
pub use json::Json;
pub use mermaid::Mermaid;
pub use pipeline::{Entry, Pipeline};
pub use table::{Described, Field, HandlerSet, Part, Table};

/// What a handler may do, in the order in which it is told.
const VERBS: [&str; 4] = ["sends", "publishes", "streams", "enqueues"];
