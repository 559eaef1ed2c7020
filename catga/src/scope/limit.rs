use core::time::Duration;

use crate::time::{Clock, Instant, nanos};

/// A time limit as it is kept in a frame: none, or a span that has not begun, or a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Limit(pub(super) u64);

impl Limit {
    const POINT: u64 = 1 << 63;
    /// No limit.
    pub(crate) const NONE: Self = Self(0);

    /// A span that begins when it is first read, or at the first wait.
    pub(crate) const fn span(span: Duration) -> Self {
        let span = nanos(span);
        // Zero stands for "none", so a limit of no time at all is one nanosecond.
        Self(if span == 0 { 1 } else { span })
    }

    /// Of what is left of a deadline.
    #[cfg(feature = "wire")]
    pub(super) const fn of(budget: Option<Duration>) -> Self {
        match budget {
            Some(budget) => Self::span(budget),
            None => Self::NONE,
        }
    }

    pub(super) const fn point(at: Instant) -> Self {
        Self(at.as_nanos() | Self::POINT)
    }

    pub(super) const fn is_point(self) -> bool {
        self.0 & Self::POINT != 0
    }

    /// The point at which it ends: a span begins now.
    pub(crate) fn settle(self, clock: &impl Clock) -> Option<Instant> {
        match self {
            Self::NONE => None,
            limit if limit.is_point() => Some(Instant::from_nanos(limit.0 & !Self::POINT)),
            limit => Some(clock.now().later(Duration::from_nanos(limit.0))),
        }
    }

    /// This limit, begun: as `inner` says if what ran inside has read it, and now otherwise. `outer` is
    /// what this limit was tightened against.
    ///
    /// Beside it stands how much of it is left.
    pub(crate) fn begin(self, outer: Self, inner: Self, clock: &impl Clock) -> (Self, Duration) {
        let read_inside = inner.is_point() && !outer.is_point() && (outer == Self::NONE || self.0 <= outer.0);
        let begun = if self.is_point() || !read_inside { self } else { inner };
        let now = clock.now();
        match begun {
            point if point.is_point() => (point, Instant::from_nanos(point.0 & !Self::POINT).since(now)),
            span => (Self::point(now.later(Duration::from_nanos(span.0))), Duration::from_nanos(span.0)),
        }
    }

    /// This limit from now on, where it is a span.
    pub(crate) fn begun(self, clock: &impl Clock) -> Self {
        self.settle(clock).map_or(Self::NONE, Self::point)
    }

    /// Whether this is the outer span, read and so begun inside, where it was the shorter of the two.
    pub(crate) fn is_begun_of(self, outer: Self, own: Self) -> bool {
        self.is_point() && !outer.is_point() && outer != Self::NONE && !own.is_point() && outer.0 < own.0
    }

    /// The earlier of the two; the clock is read only where a span meets a point.
    pub(super) fn earlier(self, other: Self, clock: &impl Clock) -> Self {
        if other == Self::NONE {
            self
        } else if self == Self::NONE {
            other
        } else if self.is_point() == other.is_point() {
            Self(self.0.min(other.0))
        } else {
            let (a, b) = (self.settle(clock), other.settle(clock));
            a.min(b).map_or(Self::NONE, Self::point)
        }
    }
}
