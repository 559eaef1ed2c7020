//! How full the outboxes are, as far as this process has counted.

use std::collections::HashMap;
use std::sync::{MutexGuard, PoisonError};

use super::dialect::Dialect;
use super::shared::Shared;
use crate::store::error::{ErrorKind, StoreError};

/// How full an outbox is, as far as this process knows.
#[derive(Clone, Copy, Default)]
pub(super) struct Backlog {
    limit: u64,
    counted: u64,
    added: u64,
    at_ms: u64,
    /// Whether somebody was refused since it was counted.
    has_refused: bool,
}

/// How long a full outbox is taken to be full.
const RECOUNT_MS: u64 = 100;

impl<Db: Dialect> Shared<Db> {
    fn backlogs(&self) -> MutexGuard<'_, HashMap<&'static str, Backlog>> {
        self.backlogs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts rows that are added, where there is room for one.
    pub(super) fn takes(&self, outbox: &'static str, limit: u64, rows: u64) -> Result<(), StoreError> {
        let mut backlogs = self.backlogs();
        let backlog = backlogs.entry(outbox).or_default();
        // Handlers that a relay delivers to have another limit than others; it is counted up to the higher one.
        backlog.limit = backlog.limit.max(limit);
        if backlog.counted.saturating_add(backlog.added) >= limit {
            backlog.has_refused = true;
            let detail = "the outbox is full: its relay does not keep up; take no more until the backlog shrinks";
            return Err(StoreError::new(ErrorKind::Overloaded, detail));
        }
        backlog.added += rows;
        Ok(())
    }

    /// The outboxes whose rows are to be counted anew.
    pub(super) fn uncounted(&self) -> Vec<(&'static str, u64)> {
        let now = self.unix_ms();
        let mut backlogs = self.backlogs();
        let due = |backlog: &Backlog| {
            let is_full = backlog.has_refused || backlog.counted.saturating_add(backlog.added) >= backlog.limit;
            backlog.added > backlog.limit / 64 || (is_full && now.saturating_sub(backlog.at_ms) >= RECOUNT_MS)
        };
        let due = backlogs.iter_mut().filter(|(_, backlog)| due(backlog));
        due.map(|(name, backlog)| {
            backlog.at_ms = now;
            (*name, backlog.limit)
        })
        .collect()
    }

    pub(super) fn counted(&self, outbox: &'static str, rows: u64) {
        if let Some(backlog) = self.backlogs().get_mut(outbox) {
            (backlog.counted, backlog.added, backlog.has_refused) = (rows, 0, false);
        }
    }
}
