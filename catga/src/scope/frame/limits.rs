//! Until when a message has to be done, and who may cancel it.

use portable_atomic::Ordering;

use super::frame::{BORDER, Frame, OPEN};
use crate::envelope::{Headers, TraceContext};
use crate::scope::{Limit, Origin};
use crate::time::{Cancel, Clock, Instant};

impl<'a> Frame<'a> {
    /// How long the caller said that its answer may take.
    #[cfg(feature = "wire")]
    pub(crate) fn budget(&self) -> Option<core::time::Duration> {
        self.origin()?.arrived()?.budget
    }

    /// What is left of the deadline.
    pub(crate) fn deadline_left(&self, clock: &impl Clock) -> Limit {
        self.deadline(clock).map_or(Limit::NONE, |at| Limit::span(at.since(clock.now())))
    }

    /// Who may cancel it.
    pub fn cancel(&self) -> Option<&'a Cancel> {
        self.origin().and_then(|origin| origin.cancel)
    }

    /// Which attempt it is, as the caller said.
    pub fn attempt(&self) -> u32 {
        self.origin().map_or(1, Origin::attempt)
    }

    /// Where it stands in a distributed trace, if the caller said.
    pub fn trace(&self) -> Option<TraceContext> {
        self.origin().and_then(Origin::trace)
    }

    /// The caller's own headers.
    pub fn headers(&self) -> Headers<'a> {
        self.origin().map_or(Headers::NONE, Origin::headers)
    }

    /// Whether the caller cancelled.
    #[inline]
    pub fn is_cancelled(&self) -> bool {
        !self.is_unsaid() && self.is_cancelled_by_caller()
    }

    /// Apart, so that a send of which nothing was said has little code.
    #[inline(never)]
    fn is_cancelled_by_caller(&self) -> bool {
        self.cancel().is_some_and(Cancel::is_cancelled)
    }

    /// When it has to be done: the earliest of its own limit and those above it.
    pub(crate) fn deadline(&self, clock: &impl Clock) -> Option<Instant> {
        let own = if self.id.load(Ordering::Relaxed) == OPEN { Limit::NONE } else { self.limit() };
        let own_at = own.settle(clock);
        if let (false, Some(at)) = (own.is_point(), own_at) {
            // Read once, it stays where it is.
            self.set_limit(Limit::point(at));
        }
        let above = match self.parent() {
            Some(parent) if self.id.load(Ordering::Relaxed) != BORDER => parent.deadline(clock),
            _ => None,
        };
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
