use core::time::Duration;

/// A point of a [`Clock`](super::Clock)'s time: nanoseconds since an origin of its own.
///
/// Points of two clocks do not compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(u64);

impl Instant {
    /// The clock's origin.
    pub const ORIGIN: Self = Self(0);

    /// The point this long after the origin; at most 292 years.
    pub const fn after_origin(since: Duration) -> Self {
        Self(nanos(since))
    }

    /// The time since the origin.
    pub const fn since_origin(self) -> Duration {
        Duration::from_nanos(self.0)
    }

    /// The point `by` later; it stays at the end of time.
    #[must_use]
    pub const fn later(self, by: Duration) -> Self {
        let at = self.0.saturating_add(nanos(by));
        Self(if at > MAX { MAX } else { at })
    }

    /// How long it is from `earlier` to this; zero where `earlier` is later.
    pub const fn since(self, earlier: Self) -> Duration {
        Duration::from_nanos(self.0.saturating_sub(earlier.0))
    }

    pub(crate) const fn from_nanos(nanos: u64) -> Self {
        Self(if nanos > MAX { MAX } else { nanos })
    }

    pub(crate) const fn as_nanos(self) -> u64 {
        self.0
    }
}

/// The largest point: the highest bit is left to those who pack it beside a flag.
const MAX: u64 = u64::MAX >> 1;

/// A duration in nanoseconds, up to [`MAX`].
pub(crate) const fn nanos(duration: Duration) -> u64 {
    let nanos = duration.as_nanos();
    if nanos > MAX as u128 { MAX } else { nanos as u64 }
}
