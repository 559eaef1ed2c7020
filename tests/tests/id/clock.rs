//! The clock of the tests, which a test sets, back too.

use std::sync::atomic::{AtomicU64, Ordering::SeqCst};

use catga::time::{Clock, Instant};

/// A wall clock that stands where it was set.
#[derive(Debug)]
pub struct SetClock(AtomicU64);

impl SetClock {
    pub const fn at(unix_ms: u64) -> Self {
        Self(AtomicU64::new(unix_ms))
    }

    pub fn set(&self, unix_ms: u64) {
        self.0.store(unix_ms, SeqCst);
    }
}

impl Clock for SetClock {
    fn now(&self) -> Instant {
        Instant::ORIGIN
    }

    fn unix_ms(&self) -> u64 {
        self.0.load(SeqCst)
    }
}
