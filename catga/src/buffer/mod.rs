//! Bytes in memory: where they are written to.

mod sink;

pub use sink::{Counter, Full, Sink, Slice};
