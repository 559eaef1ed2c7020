use core::time::Duration;

use crate::time::Instant;

/// What a relay does now and then: when the next time is due.
pub(super) struct Rounds {
    every: Duration,
    due: Option<Instant>,
    is_under_way: bool,
}

impl Rounds {
    /// At once, and then this often at most.
    pub(super) fn every(every: Duration) -> Self {
        Self { every, due: None, is_under_way: false }
    }

    /// Whether one begins now.
    pub(super) fn begins(&mut self, now: Instant) -> bool {
        if self.is_under_way || self.due.is_some_and(|due| now < due) {
            return false;
        }
        (self.is_under_way, self.due) = (true, Some(now.later(self.every)));
        true
    }

    /// It has ended; where it has not seen all, the next is due at once.
    pub(super) fn ended(&mut self, is_done: bool) {
        self.is_under_way = false;
        self.due = self.due.filter(|_| is_done);
    }
}
