//! The pool's own files.

pub(crate) use catga::buffer::{Full, Sink};
use shuttle::sync::Arc;
use shuttle::sync::atomic::{AtomicU64, Ordering};

use crate::queue::ArrayQueue;

#[path = "../../../catga/src/buffer/pool/buffer.rs"]
#[expect(clippy::module_inception, reason = "as in the runtime")]
mod buffer;
#[path = "../../../catga/src/buffer/pool/limits.rs"]
mod limits;
#[path = "../../../catga/src/buffer/pool/pool.rs"]
mod pool;
#[path = "../../../catga/src/buffer/pool/shelf.rs"]
mod shelf;
#[path = "../../../catga/src/buffer/pool/stats.rs"]
mod stats;
#[path = "../../../catga/src/buffer/pool/tier.rs"]
mod tier;

pub(crate) use buffer::Buffer;
pub(crate) use limits::PoolLimits;
pub(crate) use pool::BufferPool;
pub(crate) use stats::{PoolStats, TierStats};
pub(crate) use tier::Tier;
