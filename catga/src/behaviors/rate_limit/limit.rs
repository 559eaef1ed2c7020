use core::future::Future;
use core::time::Duration;

use super::bucket::Bucket;
use super::future::Metered;
#[cfg(feature = "std")]
use super::{Ordering, Throttle};
use crate::mediator::needs_clock;
use crate::message::{Message, Outcome};
use crate::pipeline::{Behavior, Declares, Next};
use crate::scope::{Context, Dispatched, Mediator};
use crate::time::{Clock, nanos};

/// Lets so many messages begin in a time, by the mediator's clock, and refuses the rest with
/// [`Error::Unavailable`](crate::Error::Unavailable), which says exactly how long it is until one may begin.
///
/// [`waiting`](Self::waiting) makes a [`Throttle`] of it, which lets them wait.
///
/// It is a token bucket: full at first, it holds as many tokens as may begin at once, and gets one more
/// with each part of the time. A token is spent when the message reaches the limit; a call that is dropped
/// or fails does not give it back. A stream spends one. A `Retry` around waits for just as long as the
/// refusal says.
///
/// It is lock-free, allocates nothing and has a state, so it is a field:
///
/// ```
/// # use catga::prelude::*;
/// # #[query(reply = u8)] struct Rate;
/// struct Rates { limit: RateLimit }
///
/// #[handler]
/// #[pipeline(self.limit)]
/// impl Rates {
///     fn rate(&self, _query: Rate) -> u8 { 7 }
/// }
/// let rates = Rates { limit: RateLimit::per_second(100).burst(10) };
/// ```
///
/// Source: ITU-T I.371, "generic cell rate algorithm".
#[derive(Debug)]
pub struct RateLimit {
    bucket: Bucket,
    /// Nanoseconds from one token to the next.
    spacing: u64,
    /// Nanoseconds that it takes to fill the bucket, less one token's.
    spread: u64,
}

impl RateLimit {
    /// So many (at least one) in each `period`, and as many at once.
    ///
    /// The time from one to the next is a whole number of nanoseconds, rounded up: never more than said.
    pub const fn per(period: Duration, count: u32) -> Self {
        let count = if count == 0 { 1 } else { count };
        let spacing = nanos(period).div_ceil(count as u64);
        let spacing = if spacing == 0 { 1 } else { spacing };
        Self { bucket: Bucket::full(), spacing, spread: 0 }.burst(count)
    }

    /// So many a second, and as many at once.
    pub const fn per_second(count: u32) -> Self {
        Self::per(Duration::from_secs(1), count)
    }

    /// So many a minute, and as many at once.
    pub const fn per_minute(count: u32) -> Self {
        Self::per(Duration::from_secs(60), count)
    }

    /// How many (at least one) may begin at once, after a time without any.
    #[must_use]
    pub const fn burst(mut self, burst: u32) -> Self {
        self.spread = self.spacing.saturating_mul(burst.saturating_sub(1) as u64);
        self
    }

    /// Lets messages wait for their turn, at most so many (at least one) at a time, instead of refusing them.
    #[cfg(feature = "std")]
    pub const fn waiting(self, most: u32) -> Throttle {
        Throttle::new(self, most)
    }

    /// The time from one token to the next.
    #[cfg(feature = "std")]
    pub(super) const fn spacing(&self) -> Duration {
        Duration::from_nanos(self.spacing)
    }

    /// How long it is until there is a token.
    #[cfg(feature = "std")]
    pub(super) fn early(&self, clock: &impl Clock) -> Duration {
        let full_at = self.bucket.full_at.load(Ordering::Relaxed);
        Duration::from_nanos(full_at.saturating_sub(clock.now().as_nanos()).saturating_sub(self.spread))
    }

    /// A token, or how long it is until there is one.
    #[inline]
    pub(super) fn take(&self, clock: &impl Clock) -> Result<(), Duration> {
        self.bucket.take(clock.now().as_nanos(), self.spacing, self.spread).map_err(Duration::from_nanos)
    }
}

#[cfg(feature = "std")]
impl crate::behaviors::Idle for RateLimit {
    fn is_idle(&self, clock: &impl Clock) -> bool {
        self.bucket.full_at.load(Ordering::Relaxed) <= clock.now().as_nanos()
    }
}

impl Declares for RateLimit {
    const NEEDS_CLOCK: bool = true;
}

impl<M: Message, S: Dispatched> Behavior<M, S> for RateLimit {
    #[inline]
    fn around<N: Next<M, S>>(
        &self,
        input: M::In<'_>,
        cx: &mut Context<S>,
        next: N,
    ) -> impl Future<Output = Outcome<M>> + Send {
        const { needs_clock::<<S::App as Mediator>::Clock>("RateLimit") };
        match self.take(cx.clock()) {
            Ok(()) => Metered::Passed { run: next.run(input, cx) },
            Err(after) => Metered::Refused { after },
        }
    }
}
