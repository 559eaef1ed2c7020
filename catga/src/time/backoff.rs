//! How long to wait before another attempt.
//!
//! Source: Brooker, "Exponential Backoff and Jitter", AWS Architecture Blog, 2015.

use core::time::Duration;

use super::{Random, nanos};

/// The longest wait: `base`, doubled so many times, and at most `cap`.
pub(crate) fn longest(base: Duration, doublings: u32, cap: Duration) -> Duration {
    base.saturating_mul(1 << doublings.min(31)).min(cap)
}

/// A wait with full jitter, which is up to `longest` by chance; no shorter than what was `asked` for.
pub(crate) fn jittered(longest: Duration, asked: Option<Duration>, random: &impl Random) -> Duration {
    let jittered = Duration::from_nanos(random.up_to(nanos(longest)));
    asked.map_or(jittered, |asked| jittered.max(asked))
}
