//! Pipelines: behaviors around a handler, inlined into one future.

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
pub use next::{Chain, Next, run};
pub use opens::Opens;
#[doc(hidden)]
pub use opens::{Opener, Opening, OpensNothing, Pair, PairIsOne, PairIsTwo, nests};
