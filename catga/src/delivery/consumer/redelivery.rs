use core::time::Duration;

use crate::error::{Class, Classify};
use crate::time::{Random, backoff};

/// When a message that failed comes again, and when it is given up.
///
/// Errors of the classes `Transient`, `Conflict` and `Unknown` are tried again, as long as there are attempts;
/// `Permanent` ones never are. The wait is with full jitter: a random time up to `base * 2^(attempt - 1)`, at most
/// `cap`, and at least as long as the error asks for, as an [`Error::Unavailable`](crate::Error::Unavailable) does.
/// Meanwhile whatever has the same key waits, too, and nothing else.
///
/// The attempts are those that the transport counts, so they survive the consumer. It counts deliveries: one that
/// was handed back unseen is an attempt like any other.
///
/// Source: Brooker, "Exponential Backoff and Jitter", AWS Architecture Blog, 2015.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Redelivery {
    attempts: u32,
    base: Duration,
    cap: Duration,
}

impl Redelivery {
    /// What is not kept as a dead letter comes again, and not at once, whatever the policy says.
    const LEAST_UNBURIED: Duration = Duration::from_secs(1);

    /// At most so many attempts, the first included, with a base of 100 ms and a cap of one minute.
    pub const fn attempts(attempts: u32) -> Self {
        Self { attempts, base: Duration::from_millis(100), cap: Duration::from_secs(60) }
    }

    /// The longest wait before the second attempt; it doubles with every attempt. Zero tries again at once.
    #[must_use]
    pub const fn base(mut self, base: Duration) -> Self {
        self.base = base;
        self
    }

    /// The longest jittered wait; an error may ask for a longer one.
    #[must_use]
    pub const fn cap(mut self, cap: Duration) -> Self {
        self.cap = cap;
        self
    }

    /// How long to wait before the next attempt; `None` where it is given up.
    pub(in crate::delivery) fn again(
        &self,
        attempt: u32,
        error: &impl Classify,
        random: &impl Random,
    ) -> Option<Duration> {
        if error.class() == Class::Permanent || attempt >= self.attempts {
            return None;
        }
        Some(backoff::jittered(self.longest(attempt), error.retry_after(), random))
    }

    /// How long to wait where not even the dead letters took it: without jitter, as somebody has to look at it.
    pub(super) fn unburied(&self, attempt: u32) -> Duration {
        self.longest(attempt).max(Self::LEAST_UNBURIED)
    }

    fn longest(&self, attempt: u32) -> Duration {
        backoff::longest(self.base, attempt.saturating_sub(1), self.cap)
    }
}

/// Ten attempts over about a minute at most.
impl Default for Redelivery {
    fn default() -> Self {
        Self::attempts(10)
    }
}
