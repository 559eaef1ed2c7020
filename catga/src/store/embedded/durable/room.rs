use std::sync::atomic::{AtomicI64, Ordering};

use crate::store::error::{ErrorKind, StoreError};

/// The space that a file may take, and how much of it the rows have.
///
/// A file does not become smaller when its rows do, and its space is used again. So the file alone says when there
/// is no more room, and the rows say when there is again: with less than half of it, pages that are half full hold
/// them.
#[derive(Debug)]
pub(super) struct Room {
    limit: u64,
    /// The bytes of all rows, keys and records; counted only where there is a limit.
    rows: AtomicI64,
}

impl Room {
    pub(super) fn new(limit: u64, rows: u64) -> Self {
        let room = Self { limit, rows: AtomicI64::new(0) };
        room.found(rows);
        room
    }

    /// The rows were counted.
    pub(super) fn found(&self, rows: u64) {
        self.rows.store(i64::try_from(rows).unwrap_or(i64::MAX), Ordering::Relaxed);
    }

    /// They have grown by so much.
    pub(super) fn grew(&self, by: i64) {
        self.rows.fetch_add(by, Ordering::Relaxed);
    }

    /// Whether there is room in a file of this size; what drains has an eighth more.
    pub(super) fn check(&self, reserve: bool, size: u64) -> Result<(), StoreError> {
        let limit = if reserve { self.limit.saturating_add(self.limit / 8) } else { self.limit };
        if size < limit {
            return Ok(());
        }
        let rows = u64::try_from(self.rows.load(Ordering::Relaxed)).unwrap_or(0);
        if rows < limit / 2 {
            return Ok(());
        }
        let detail = format!(
            "the store's file has {size} bytes, {rows} of them in rows, and its `disk_bytes` are {}: it takes no more until \
             its relay has drained it to half of that; delete rows and compact it, or raise the limit",
            self.limit
        );
        Err(StoreError::new(ErrorKind::Overloaded, detail))
    }
}
