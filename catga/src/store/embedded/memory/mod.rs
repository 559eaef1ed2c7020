//! The adapter `memory`: what the durable one does, without a file.

#[expect(clippy::module_inception, reason = "the noun of this folder is the adapter itself")]
mod memory;
mod snapshot;
mod versions;

pub use memory::Memory;
