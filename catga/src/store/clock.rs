use crate::time::{Clock, Instant};

/// A [`Clock`] behind a pointer.
pub(crate) trait Time: Send + Sync {
    fn now(&self) -> Instant;
    fn unix_ms(&self) -> u64;
}

impl<C: Clock> Time for C {
    fn now(&self) -> Instant {
        Clock::now(self)
    }

    fn unix_ms(&self) -> u64 {
        Clock::unix_ms(self)
    }
}
