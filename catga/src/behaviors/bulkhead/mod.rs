//! The bulkhead: its places in one word, those who wait for one, and the calls that hold one.

#[expect(clippy::module_inception, reason = "the noun of this folder is the bulkhead itself")]
mod bulkhead;
mod future;
#[cfg(feature = "std")]
mod line;
mod place;
mod places;

pub use bulkhead::Bulkhead;
#[cfg(feature = "std")]
pub(in crate::behaviors) use place::Kept;

// Named here once, so that a model checker's may stand in their place.
use portable_atomic::{AtomicU64, Ordering};
#[cfg(feature = "std")]
use std::sync::{Mutex, MutexGuard};
