//! The mediator's side: what [`#[mediator]`](macro@crate::mediator) implements, message by message, and what its user
//! calls.
//!
//! Generic code asks for less than a whole mediator: [`Handles<PlaceOrder>`](Handles) to send, [`Hears<OrderPlaced>`](Hears)
//! to publish, [`Yields<ListOrders>`](Yields) to stream.

mod audience;
mod contain;
mod fan;
mod finding;
mod handles;
mod hears;
mod join;
mod layout;
mod nested;
mod never;
mod required;
mod roll_call;
mod route;
mod sound;
mod way;
mod yields;

#[doc(hidden)]
pub use audience::{Audience, Both, Ear, Nobody, One, Published};
#[doc(hidden)]
pub use finding::{Finding, NotFound, repeats_unguarded};
pub use handles::Handles;
#[doc(hidden)]
pub use handles::{Dispatches, Handled};
pub use hears::Hears;
#[doc(hidden)]
pub use hears::{Heard, Tells};
#[doc(hidden)]
pub use layout::lay_out;
#[doc(hidden)]
pub use nested::{Nested, NestedEars, nested_rows, no_rows};
#[doc(hidden)]
pub use required::{handled, heard, yielded};
#[doc(hidden)]
pub use route::{Known, Names, Nowhere, Unanswered, Unknown};
#[doc(hidden)]
pub use sound::{all_doubled, all_ported, doubled, guarded, ported, twinned};
pub(crate) use sound::{needs_clock, needs_timer};
#[doc(hidden)]
pub use way::{At, Holds, NoWay, Piped, Pipes, Way};
pub use yields::Yields;
#[doc(hidden)]
pub use yields::{Opens, Yielded};
