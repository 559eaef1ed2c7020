use portable_atomic::{AtomicU64, Ordering};

use super::commit::Committed;
use crate::store::error::{ErrorKind, StoreError};

/// What became of a store's transactions since it was opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct StoreStats {
    /// Committed.
    pub committed: u64,
    /// Answered with a conflict.
    pub conflicts: u64,
    /// Answered with `Unknown`.
    pub unknown: u64,
    /// Answered with any other error at their commit.
    pub failed: u64,
    /// Whose snapshot was taken from them, as they had become too old.
    pub expired: u64,
    /// Refused when they began.
    pub overloaded: u64,
    /// Commits that wait now.
    pub waiting: usize,
}

/// What is counted of them.
#[derive(Default)]
pub(super) struct Counts {
    pub(super) committed: AtomicU64,
    pub(super) conflicts: AtomicU64,
    pub(super) unknown: AtomicU64,
    pub(super) failed: AtomicU64,
    pub(super) expired: AtomicU64,
    pub(super) overloaded: AtomicU64,
}

impl Counts {
    /// One more has ended so.
    pub(super) fn ended(&self, outcome: &Result<Committed, StoreError>) {
        let count = match outcome.as_ref().map_err(StoreError::kind) {
            Ok(_) => &self.committed,
            Err(ErrorKind::Conflict) => &self.conflicts,
            Err(ErrorKind::Unknown) => &self.unknown,
            Err(_) => &self.failed,
        };
        count.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn stats(&self, waiting: usize) -> StoreStats {
        let of = |count: &AtomicU64| count.load(Ordering::Relaxed);
        StoreStats {
            committed: of(&self.committed),
            conflicts: of(&self.conflicts),
            unknown: of(&self.unknown),
            failed: of(&self.failed),
            expired: of(&self.expired),
            overloaded: of(&self.overloaded),
            waiting,
        }
    }
}
