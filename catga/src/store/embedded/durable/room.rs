use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use crate::store::error::{ErrorKind, StoreError};

/// The space that a file may take, and how much of it the rows have.
///
/// A file does not become smaller when its rows do, and its space is used again. So the file alone says when there
/// is no more room, and the rows say when there is again: with less than half of it, pages that are half full hold
/// them.
///
/// What drains has a reserve of rows and not of the file: a step of that may be larger than a reserve, up to its size
/// once more.
#[derive(Debug)]
pub(super) struct Room {
    limit: u64,
    /// The bytes of all rows, keys and records; counted only where there is a limit.
    rows: AtomicI64,
    /// How many they were when the file was found full; [`NOT_FULL`] where it is not.
    full_at: AtomicU64,
}

const NOT_FULL: u64 = u64::MAX;

impl Room {
    pub(super) fn new(limit: u64, rows: u64) -> Self {
        let room = Self { limit, rows: AtomicI64::new(0), full_at: AtomicU64::new(NOT_FULL) };
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

    /// Whether there is room in a file of this size; what drains may have rows for an eighth of the limit more than
    /// there were when the file was full.
    pub(super) fn check(&self, reserve: bool, size: u64) -> Result<(), StoreError> {
        if size < self.limit {
            return self.has_room();
        }
        let rows = u64::try_from(self.rows.load(Ordering::Relaxed)).unwrap_or(0);
        if rows < self.limit / 2 {
            return self.has_room();
        }
        let was_full = self.full_at.compare_exchange(NOT_FULL, rows, Ordering::Relaxed, Ordering::Relaxed);
        let full_at = was_full.err().unwrap_or(rows);
        if reserve && rows < full_at.saturating_add(self.limit / 8) {
            return Ok(());
        }
        let detail = format!(
            "the store's file has {size} bytes, {rows} of them in rows, and its `disk_bytes` are {}: it takes no more until \
             its relay has drained it to half of that; delete rows and compact it, or raise the limit",
            self.limit
        );
        Err(StoreError::new(ErrorKind::Overloaded, detail))
    }

    fn has_room(&self) -> Result<(), StoreError> {
        if self.full_at.load(Ordering::Relaxed) != NOT_FULL {
            self.full_at.store(NOT_FULL, Ordering::Relaxed);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: u64 = 800;

    #[test]
    fn the_reserve_counts_from_where_the_file_was_full() {
        // The file has grown to twice its size in the step that filled it.
        let room = Room::new(LIMIT, 600);
        assert_eq!(room.check(false, 1_600).map_err(|full| full.kind()), Err(ErrorKind::Overloaded));
        assert!(room.check(true, 1_600).is_ok());
        room.grew(99);
        assert!(room.check(true, 1_600).is_ok());
        room.grew(1);
        assert!(room.check(true, 1_600).is_err(), "an eighth more, and no more");
        room.grew(-301);
        assert!(room.check(false, 1_600).is_ok());
        // Full once more, it counts from there.
        room.grew(51);
        assert!(room.check(false, 1_600).is_err());
        room.grew(100);
        assert!(room.check(true, 1_600).is_err());
        room.grew(-1);
        assert!(room.check(true, 1_600).is_ok());
    }

    #[test]
    fn a_file_below_its_limit_has_room() {
        let room = Room::new(LIMIT, 799);
        assert!(room.check(false, 799).is_ok());
        assert!(room.check(false, 800).is_err());
        // It was compacted.
        assert!(room.check(false, 799).is_ok());
    }
}
