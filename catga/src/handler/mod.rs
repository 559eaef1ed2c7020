//! Handlers: what [`#[handler]`](macro@crate::handler) implements for the methods of an impl.
//!
//! A user names nothing of it: what a mediator handles is asked by [`Handles`](crate::mediator::Handles).

mod candidate;
mod check;
#[expect(clippy::module_inception, reason = "the noun of this folder is the handler itself")]
mod handler;
mod method;
mod reply;
mod rows;
mod shared;
mod slot;
mod take;
mod threads;

#[doc(hidden)]
pub use candidate::{Candidate, IsNoSet, IsSet, is_set};
#[doc(hidden)]
pub use check::{Checked, Sound, asked, check, is_message};
pub use handler::{Handler, StreamHandler};
#[doc(hidden)]
pub use method::Method;
#[doc(hidden)]
pub use reply::{IntoOutcome, answer, answer_now};
#[doc(hidden)]
pub use rows::{IntoRow, rows};
#[doc(hidden)]
pub use slot::{Impls, More, Named, One as OneImpl, Single, Slot, is_single};
#[doc(hidden)]
pub use take::{ByReference, ByValue};
#[doc(hidden)]
pub use threads::{is_sent, is_sent_answer, is_sent_message, is_shared, is_shared_message, is_shared_within};
