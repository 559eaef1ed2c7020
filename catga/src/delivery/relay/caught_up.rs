use core::time::Duration;

use crate::time::Instant;

/// Whether what a relay before this one may have handled, and not marked, was delivered once more: until then its reply is
/// asked for, however old it is.
pub(super) struct CaughtUp {
    lease: Duration,
    /// From then on all that others had is free, where they have vanished.
    free: Instant,
    /// Since a claim left nothing, what is claimed was not among what others had.
    has_all: bool,
    /// How many keys were claimed before, and have not ended.
    open: usize,
}

/// Whether a key was claimed while others might have had it before.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Had {
    ByOthers,
    ByNobody,
}

impl CaughtUp {
    /// The relay begins now.
    pub(super) fn new(now: Instant, lease: Duration) -> Self {
        Self { lease, free: now.later(lease), has_all: false, open: 0 }
    }

    /// So many keys were claimed.
    pub(super) fn claimed(&mut self, keys: usize) -> Had {
        if self.has_all {
            return Had::ByNobody;
        }
        self.open += keys;
        Had::ByOthers
    }

    /// A claim that began then has left nothing.
    pub(super) fn nothing_left(&mut self, claimed: Instant) {
        self.has_all |= claimed >= self.free;
    }

    /// A key has ended, and whoever delivered it has asked for the replies.
    pub(super) fn ended(&mut self, had: Had) {
        if had == Had::ByOthers {
            self.open -= 1;
        }
    }

    /// A key is another's by now, who may vanish in turn.
    pub(super) fn lost(&mut self, had: Had, now: Instant) {
        self.ended(had);
        self.unknown(now);
    }

    /// What a claim has taken is not known, and is free when its lease has ended.
    pub(super) fn unknown(&mut self, now: Instant) {
        (self.free, self.has_all) = (now.later(self.lease), false);
    }

    /// Whether it was, by now.
    pub(super) fn is_reached(&self) -> bool {
        self.has_all && self.open == 0
    }
}
