use core::time::Duration;

use crate::time::Instant;

/// Whether what a relay before this one may have handled, and not marked, was delivered once more: until then its reply is
/// asked for, however old it is.
pub(super) struct CaughtUp {
    lease: Duration,
    /// From then on all that others had before this relay began is free, where they have vanished.
    free: Instant,
    reached: Option<Instant>,
}

impl CaughtUp {
    /// The relay begins now.
    pub(super) fn new(now: Instant, lease: Duration) -> Self {
        Self { lease, free: now.later(lease), reached: None }
    }

    /// A claim that began then has left nothing.
    pub(super) fn nothing_left(&mut self, claimed: Instant) {
        if self.reached.is_none() && claimed >= self.free {
            // What it has is begun within another lease.
            self.reached = Some(claimed.later(self.lease));
        }
    }

    /// Whether it was, by now.
    pub(super) fn is_reached(&self, now: Instant) -> bool {
        self.reached.is_some_and(|reached| now >= reached)
    }
}
