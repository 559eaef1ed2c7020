//! Pipelines: behaviors around a handler, inlined into one future.
//!
//! A behavior of one's own implements [`Behavior`]; one that changes the scope of what is inside of it, such as a
//! transaction, implements [`Enters`]; one that needs a timer or a clock, or makes repeats harmless, says so by
//! [`Declares`]. Those that come with the crate are in [`behaviors`](crate::behaviors).

mod behavior;
mod by_kind;
mod choose;
mod declares;
mod end;
mod entry;
mod fit;
mod link;
mod next;
mod opens;
mod part;

pub use behavior::{Behavior, ChangesScope, Enters};
#[doc(hidden)]
pub use by_kind::{AnyKind, Commands, Events, On, Queries, StreamQueries, is_in_bound};
#[doc(hidden)]
pub use choose::{Pick, PickBuilt, PickInto, PickPlain};
pub use declares::Declares;
#[doc(hidden)]
pub use declares::{Asks, AsksInVain, Probe, Said, said};
#[doc(hidden)]
pub use end::{End, EndMethod, Open, end};
#[doc(hidden)]
pub use entry::{Constant, Entry};
#[doc(hidden)]
pub use fit::{Fit, IsFit, IsUnfit, fits, is_fit, nothing};
#[doc(hidden)]
pub use link::{Fits, Leads, Link, LinkBuilt, LinkBuiltInto, LinkInto, Suits, plain};
pub use next::{Next, run};
pub use opens::Opens;
#[doc(hidden)]
pub use opens::{Opener, Opening, OpensNothing, Pair, PairIsOne, PairIsTwo, nests, opens};
#[doc(hidden)]
pub use part::{Broken, Chain, Part, Whole};
