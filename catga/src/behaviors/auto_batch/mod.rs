//! Many sends as one call: the user's batch, the queue in front of it, and the open batches.

#[expect(clippy::module_inception, reason = "the noun of this folder is the auto-batch itself")]
mod auto_batch;
mod batch;
mod gather;
mod seat;

pub use auto_batch::AutoBatch;
pub use batch::{Answers, Batch, Batchable};

// Named here once, so that a model checker's may stand in their place.
use std::sync::{Arc, Mutex, MutexGuard};
