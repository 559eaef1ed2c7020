//! Handlers: what `#[handler]` implements for the methods of an impl.

#[expect(clippy::module_inception, reason = "the noun of this folder is the handler itself")]
mod handler;
mod method;
mod reply;
mod rows;
mod shared;
mod slot;
mod take;

pub use handler::{Handler, StreamHandler};
pub use method::{EndMethod, Method};
pub use reply::{IntoOutcome, answer, answer_now};
pub use rows::{IntoRow, rows};
pub use slot::Slot;
pub use take::{ByReference, ByValue};
