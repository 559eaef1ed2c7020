//! The rate limit: its bucket in one word, and the calls that took a token.

mod bucket;
mod future;
mod limit;

pub use limit::RateLimit;

// Named here once, so that a model checker's may stand in their place.
use portable_atomic::{AtomicU64, Ordering};
