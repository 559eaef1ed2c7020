use core::time::Duration;

use portable_atomic::{AtomicU64, Ordering};

use super::Mediator;
use crate::id::{Id, Ids};
use crate::time::{Cancel, Clock, Instant, nanos};

/// One message on its way: its ids, its deadline, who cancels it, and the message whose handler sent
/// it. It lives in the send's own future; nothing is shared and nothing allocated.
///
/// Ids and the absolute deadline are made when they are first read, so a send that nobody asks pays
/// for a few stores. All accesses are relaxed: a frame is used by the one task that polls its send.
#[derive(Debug)]
pub struct Frame<'a> {
    parent: Option<&'a Frame<'a>>,
    cancel: Option<&'a Cancel>,
    correlation: Id,
    causation: Id,
    /// Zero until it is first read.
    id: AtomicU64,
    deadline: AtomicU64,
    /// One of several handlers of its parent's event, so the parent's message is its own.
    shares_message: bool,
}

/// A time limit as it is kept in a frame: none, or a span that has not begun, or a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Limit(u64);

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

    const fn point(at: Instant) -> Self {
        Self(at.as_nanos() | Self::POINT)
    }

    const fn is_point(self) -> bool {
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
    pub(crate) fn begin(self, outer: Self, inner: Self, clock: &impl Clock) -> Self {
        let read_inside = inner.is_point() && !outer.is_point() && (outer == Self::NONE || self.0 <= outer.0);
        if self.is_point() {
            self
        } else if read_inside {
            inner
        } else {
            self.settle(clock).map_or(Self::NONE, Self::point)
        }
    }

    /// The earlier of the two; the clock is read only where a span meets a point.
    fn earlier(self, other: Self, clock: &impl Clock) -> Self {
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

impl<'a> Frame<'a> {
    pub(super) const fn new(
        parent: Option<&'a Frame<'a>>,
        cancel: Option<&'a Cancel>,
        correlation: Id,
        causation: Id,
    ) -> Self {
        Self {
            parent,
            cancel,
            correlation,
            causation,
            id: AtomicU64::new(0),
            deadline: AtomicU64::new(0),
            shares_message: false,
        }
    }

    /// A frame for one of several handlers of this frame's event: a deadline of its own, the same
    /// message.
    pub(crate) const fn share(&'a self) -> Self {
        let mut frame = Self::new(Some(self), self.cancel, Id::NIL, Id::NIL);
        frame.shares_message = true;
        frame
    }

    /// Who cancels it.
    pub const fn cancel(&self) -> Option<&'a Cancel> {
        self.cancel
    }

    /// Whether the caller cancelled.
    #[inline]
    pub fn is_cancelled(&self) -> bool {
        self.cancel.is_some_and(Cancel::is_cancelled)
    }

    pub(super) fn message_id(&self, app: &impl Mediator) -> Id {
        if let (true, Some(parent)) = (self.shares_message, self.parent) {
            return parent.message_id(app);
        }
        let id = self.id.load(Ordering::Relaxed);
        if id != 0 {
            return Id::new(id);
        }
        // An id source that fails gives no id: reading an id must not fail a message.
        let new = app.ids().next(app.clock(), app.random()).unwrap_or(Id::NIL);
        self.id.store(new.get(), Ordering::Relaxed);
        new
    }

    pub(super) fn correlation_id(&self, app: &impl Mediator) -> Id {
        match self.parent {
            _ if !self.correlation.is_nil() => self.correlation,
            Some(parent) => parent.correlation_id(app),
            None => self.message_id(app),
        }
    }

    pub(super) fn causation_id(&self, app: &impl Mediator) -> Id {
        match self.parent {
            _ if !self.causation.is_nil() => self.causation,
            Some(parent) if self.shares_message => parent.causation_id(app),
            Some(parent) => parent.message_id(app),
            None => Id::NIL,
        }
    }

    /// When it has to be done: the earliest of its own limit and those above it.
    pub(crate) fn deadline(&self, clock: &impl Clock) -> Option<Instant> {
        let own = self.limit();
        let own_at = own.settle(clock);
        if let (false, Some(at)) = (own.is_point(), own_at) {
            // Read once, it stays where it is.
            self.set_limit(Limit::point(at));
        }
        let above = self.parent.and_then(|parent| parent.deadline(clock));
        match (own_at, above) {
            (Some(own), Some(above)) => Some(own.min(above)),
            (own, above) => own.or(above),
        }
    }

    #[inline]
    pub(crate) fn limit(&self) -> Limit {
        Limit(self.deadline.load(Ordering::Relaxed))
    }

    #[inline]
    pub(crate) fn set_limit(&self, limit: Limit) {
        self.deadline.store(limit.0, Ordering::Relaxed);
    }

    /// Sets the earlier of this limit and the one that is set, and returns the one that was.
    #[inline]
    pub(crate) fn tighten(&self, limit: Limit, clock: &impl Clock) -> Limit {
        let outer = self.limit();
        self.set_limit(if outer == Limit::NONE { limit } else { outer.earlier(limit, clock) });
        outer
    }
}
