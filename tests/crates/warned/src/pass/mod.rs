//! The same, mended.

pub mod blocking_io;
pub mod blocking_sleep;
pub mod detached_spawn;
pub mod nested_block_on;
pub mod orphan;
pub mod repeated_send;
