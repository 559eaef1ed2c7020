//! Running a chain again: when and how often, and how many retries there may be in all.

mod budget;
#[expect(clippy::module_inception, reason = "the noun of this folder is the behavior itself")]
mod retry;
mod shared;

pub use budget::{Budget, RetryBudget};
pub use retry::{Repeat, Retry};

// Named here once, so that a model checker's may stand in their place.
use portable_atomic::{AtomicU64, Ordering};
