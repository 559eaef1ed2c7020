//! The mediator's side: what `#[mediator]` implements, message by message, with no blanket between.

mod audience;
mod contain;
mod handles;
mod hears;
mod join;
mod nested;
mod required;
mod yields;

#[doc(hidden)]
pub use audience::{Audience, Both, Ear, Nobody, One, Told};
pub use handles::Handles;
pub use hears::Hears;
#[doc(hidden)]
pub use nested::{Nested, NestedEars, nested_rows, no_rows};
#[doc(hidden)]
pub use required::{handled, heard, yielded};
pub use yields::Yields;
