//! Messages that arrive over a transport, handled by a mediator until they are done.
//!
//! One [`run`](run::Run) is one future. Its [`lane`]s take deliveries, one for each endpoint; each delivery is one
//! piece of [`work`], which waits for its place, is handled, and is settled; the [`crew`] polls them all. What is in
//! hand is counted by [`hand`], and kept from coming again by its [`keeper`]. What has to be handled [`once`] goes
//! through the inbox.

mod consume;
#[expect(clippy::module_inception, reason = "the noun of this folder is the consumer itself")]
mod consumer;
mod control;
mod crew;
mod dispatch;
mod hand;
mod handed;
mod keeper;
mod lane;
mod once;
mod redelivery;
#[cfg(feature = "store")]
mod replay;
mod run;
mod stats;
mod work;

pub use consumer::Consumer;
pub use redelivery::Redelivery;
pub use stats::Stats;

// Named here once, so that a model checker's may stand in their place.
use std::sync::{Mutex, MutexGuard};
