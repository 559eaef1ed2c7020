use super::Instant;

/// Where a mediator's time comes from: the port behind `#[mediator(clock = self.clock)]`.
pub trait Clock: Send + Sync {
    /// Whether it runs at all; where it stands still, a behavior that measures time does not compile.
    const RUNS: bool = true;

    /// Now; it never goes back.
    fn now(&self) -> Instant;

    /// Now, in milliseconds since 1970-01-01 UTC; it may go back when the clock is set.
    fn unix_ms(&self) -> u64;
}

impl<C: Clock + ?Sized> Clock for &C {
    const RUNS: bool = C::RUNS;

    fn now(&self) -> Instant {
        (**self).now()
    }

    fn unix_ms(&self) -> u64 {
        (**self).unix_ms()
    }
}

#[cfg(feature = "alloc")]
impl<C: Clock + ?Sized> Clock for alloc::sync::Arc<C> {
    const RUNS: bool = C::RUNS;

    fn now(&self) -> Instant {
        (**self).now()
    }

    fn unix_ms(&self) -> u64 {
        (**self).unix_ms()
    }
}

/// A clock that stands still: the default where there is no `std`.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoClock;

impl Clock for NoClock {
    const RUNS: bool = false;

    fn now(&self) -> Instant {
        Instant::ORIGIN
    }

    fn unix_ms(&self) -> u64 {
        0
    }
}

/// The system's clocks: the monotonic one and the one that is set.
///
/// With the feature `tokio` the monotonic one is tokio's, which a test may pause.
#[cfg(feature = "std")]
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

#[cfg(feature = "std")]
impl Clock for SystemClock {
    fn now(&self) -> Instant {
        #[cfg(feature = "tokio")]
        let now = tokio::time::Instant::now().into_std();
        #[cfg(not(feature = "tokio"))]
        let now = std::time::Instant::now();
        Instant::after_origin(now.saturating_duration_since(origin()))
    }

    fn unix_ms(&self) -> u64 {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        since.map_or(0, |since| u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
    }
}

/// The system's instants are opaque, so they are counted from the first that was read. This is the
/// one static of the crate; it is written once and says nothing of any mediator.
#[cfg(feature = "std")]
fn origin() -> std::time::Instant {
    static ORIGIN: std::sync::OnceLock<std::time::Instant> = std::sync::OnceLock::new();
    *ORIGIN.get_or_init(std::time::Instant::now)
}
