use core::fmt;
use core::time::Duration;
use std::sync::Arc;

use crate::store::clock::Time;
use crate::time::{Clock, SystemClock};

/// How a database is used.
pub struct SqlOptions {
    pub(super) clock: Arc<dyn Time>,
    pub(super) max_age: Duration,
    pub(super) look: Duration,
}

impl Default for SqlOptions {
    fn default() -> Self {
        Self { clock: Arc::new(SystemClock), max_age: Duration::from_secs(5), look: Duration::from_millis(20) }
    }
}

impl fmt::Debug for SqlOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqlOptions").field("max_age", &self.max_age).field("look", &self.look).finish_non_exhaustive()
    }
}

impl SqlOptions {
    /// Where the time comes from; the system, by default. Processes that share a database share their time.
    #[must_use]
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// How old a handler's transaction may be when it commits, 5 seconds by default.
    #[must_use]
    pub fn max_age(mut self, age: Duration) -> Self {
        self.max_age = age;
        self
    }

    /// How often a repeat of a request looks whether another process has answered it, 20 ms by default.
    #[must_use]
    pub fn look_every(mut self, interval: Duration) -> Self {
        self.look = interval;
        self
    }
}
