//! Memory that is used again.

use alloc::sync::Arc;

use crossbeam_queue::ArrayQueue;
use portable_atomic::{AtomicU64, Ordering};

#[expect(clippy::module_inception, reason = "the noun of this folder is the pool itself")]
mod pool;

mod buffer;
mod limits;
mod segments;
mod shelf;
mod stats;
mod tier;

pub use buffer::Buffer;
pub use limits::PoolLimits;
pub use pool::BufferPool;
pub use segments::Segments;
pub use stats::{PoolStats, TierStats};
pub use tier::Tier;
