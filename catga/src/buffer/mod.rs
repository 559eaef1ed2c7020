//! Bytes in memory: where they are written to, and memory that is used again.

#[cfg(feature = "pool")]
mod pool;
mod sink;

#[cfg(feature = "pool")]
pub use pool::{Buffer, BufferPool, PoolLimits, PoolStats, Segments, Tier, TierStats};
pub use sink::{Counter, Full, Sink, Slice};
