//! The rate limit: its bucket in one word, the calls that took a token, and those that wait for one.

mod bucket;
mod future;
mod limit;
#[cfg(feature = "std")]
mod throttle;

pub use limit::RateLimit;
#[cfg(feature = "std")]
pub use throttle::Throttle;

// Named here once, so that a model checker's may stand in their place.
use portable_atomic::{AtomicU64, Ordering};
