//! Where consumers put what could not be handled: the port, and the dead letters of a store.

#[expect(clippy::module_inception, reason = "the noun of this folder is the dead letters themselves")]
mod dead_letters;
#[cfg(feature = "store")]
mod replay;
#[cfg(feature = "store")]
mod store;

pub use dead_letters::{DeadLetters, Letter};
#[cfg(feature = "store")]
pub use store::StoreLetters;
