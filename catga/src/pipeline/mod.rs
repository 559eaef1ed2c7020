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
mod link;
mod next;
mod opens;

pub use behavior::{Behavior, ChangesScope, Enters};
#[doc(hidden)]
pub use by_kind::{AnyKind, Commands, Events, On, Queries, StreamQueries, is_in_bound};
#[doc(hidden)]
pub use choose::{JoinInto, JoinPlain, Pick, PickBuilt};
pub use declares::Declares;
#[doc(hidden)]
pub use declares::{Asks, AsksInVain, Probe, Said, said};
#[doc(hidden)]
pub use end::{End, EndMethod, Open};
#[doc(hidden)]
pub use entry::{Constant, Entry};
#[doc(hidden)]
pub use link::{Link, LinkBuilt, LinkBuiltInto, LinkInto};
pub use next::{Chain, Next, run};
pub use opens::Opens;
#[doc(hidden)]
pub use opens::{Opener, Opening, OpensNothing, Pair, PairIsOne, PairIsTwo, nests};
