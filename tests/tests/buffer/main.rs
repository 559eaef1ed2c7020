//! Pooled buffers: what they hold, where they come from and where they go.

mod buffer;
mod pool;
mod reuse;
mod segments;

/// Bytes of which each place can be told from those near it.
fn pattern(length: usize) -> Vec<u8> {
    (0..length).map(|at| (at % 251) as u8).collect()
}
