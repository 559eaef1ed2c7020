use core::fmt;
use core::time::Duration;
use std::sync::Arc;

use super::writer::{Most, Writer, WriterThread};
use crate::store::clock::Time;
use crate::time::{Clock, SystemClock};

/// How a store is run.
pub struct StoreOptions {
    pub(super) clock: Arc<dyn Time>,
    pub(super) writer: Arc<dyn Writer>,
    pub(super) max_age: Duration,
    pub(super) largest_transaction: usize,
    pub(super) largest_record: usize,
    pub(super) most: Most,
}

impl Default for StoreOptions {
    fn default() -> Self {
        Self {
            clock: Arc::new(SystemClock),
            writer: Arc::new(WriterThread::default()),
            max_age: Duration::from_secs(5),
            largest_transaction: 64 << 20,
            largest_record: 16 << 20,
            most: Most { members: 1024, bytes: 8 << 20, waiting: 65_536 },
        }
    }
}

impl fmt::Debug for StoreOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoreOptions")
            .field("max_age", &self.max_age)
            .field("largest_transaction", &self.largest_transaction)
            .field("largest_record", &self.largest_record)
            .finish_non_exhaustive()
    }
}

impl StoreOptions {
    /// Where the time comes from; the system, by default.
    #[must_use]
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Who runs the commits; a thread, by default.
    #[must_use]
    pub fn writer(mut self, writer: impl Writer) -> Self {
        self.writer = Arc::new(writer);
        self
    }

    /// How old a transaction may become, 5 seconds by default. While one is open, the space of what is
    /// overwritten is not reused: a transaction that waits for somebody else makes the file grow.
    #[must_use]
    pub fn max_age(mut self, age: Duration) -> Self {
        self.max_age = age;
        self
    }

    /// How many bytes a transaction may read the keys of, and write, together; 64 MiB by default.
    #[must_use]
    pub fn largest_transaction(mut self, bytes: usize) -> Self {
        self.largest_transaction = bytes;
        self
    }

    /// How many bytes a key and its row may have together; 16 MiB by default.
    #[must_use]
    pub fn largest_record(mut self, bytes: usize) -> Self {
        self.largest_record = bytes;
        self
    }

    /// How many commits may wait before a transaction that begins is `Overloaded`; 65 536 by default. What relays do and
    /// what handlers do for them, and the end of what was claimed before, goes on.
    #[must_use]
    pub fn most_waiting(mut self, commits: usize) -> Self {
        self.most.waiting = commits;
        self
    }

    /// How many commits share a sync at most, and no fewer than one; 1 024 by default. The others wait for the next.
    #[must_use]
    pub fn largest_group(mut self, commits: usize) -> Self {
        self.most.members = commits.max(1);
        self
    }
}
