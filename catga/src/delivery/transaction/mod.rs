//! Handlers inside of a store's transaction: what they write, publish and enqueue commits together, or not at all.

mod enqueues;
mod in_tx;
mod run;
mod stored;
mod transactional;
mod within;

pub use enqueues::{EnqueueIn, Enqueues};
pub use in_tx::InTx;
pub use run::InTurn;
pub(super) use run::{Plan, Recording, taken_in, transact, turn};
pub use stored::Stored;
pub(super) use stored::is_keyed;
pub use transactional::{Transactional, TransactionalWith};
pub use within::Within;

use crate::store::{Outbox, Scheduler};

/// Where the messages of transactions go, unless another outbox is named.
pub const OUTBOX: Outbox = Outbox::new("outbox");

/// Where messages wait that are enqueued for later.
pub const SCHEDULE: Scheduler = Scheduler::new("schedule");
