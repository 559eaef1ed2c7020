//! How full outboxes are, and keys of them, as far as this process has counted.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::error::{ErrorKind, StoreError};

/// What this process has counted of outboxes, and what it has added since. What others add to a shared database is seen
/// by the next count.
#[derive(Debug, Default)]
pub(super) struct Backlogs(Mutex<HashMap<&'static str, Levels>>);

/// Of one outbox.
#[derive(Debug, Default)]
struct Levels {
    whole: Level,
    keys: HashMap<Vec<u8>, Level>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Level {
    limit: u64,
    counted: u64,
    added: u64,
    /// When it was counted; never, so far, where there is none.
    at_ms: Option<u64>,
    /// Whether somebody was refused since.
    has_refused: bool,
}

impl Level {
    fn rows(&self) -> u64 {
        self.counted.saturating_add(self.added)
    }

    fn is_full(&self) -> bool {
        self.has_refused || self.rows() >= self.limit
    }

    /// Counts rows that are added, where there is room for one.
    fn takes(&mut self, limit: u64, rows: u64) -> bool {
        // Handlers that a relay delivers to have another limit than others; it is counted up to the higher one.
        self.limit = self.limit.max(limit);
        if self.rows() >= limit {
            self.has_refused = true;
            return false;
        }
        self.added += rows;
        true
    }

    /// Whether so much was added that it is time for a look, or whether one that is full was not looked at for long: the
    /// more rows there are, the longer that is.
    fn is_due(&self, now: u64) -> bool {
        let pause = (self.limit / 100).clamp(100, 1_000);
        self.added > self.limit / 64 || (self.is_full() && self.at_ms.is_none_or(|at| now.abs_diff(at) >= pause))
    }

    fn found(&mut self, rows: u64, now: u64) {
        (self.counted, self.added, self.at_ms, self.has_refused) = (rows, 0, Some(now), false);
    }
}

/// How many keys are remembered at most; those that are full stay when it is more.
const MOST: usize = 1 << 14;

/// Whether with so many rows in all one key may have too many; with fewer nobody counts those of keys.
pub(super) fn is_near(backlog: u64, per_key: u64) -> bool {
    backlog >= per_key / 2
}

/// How the error of an outbox that is full begins.
const FULL: &str = "the outbox is full: its relay does not keep up; take no more until the backlog shrinks";
const KEY_FULL: &str = "one key of the outbox has all rows that it may have: its relay does not keep up, or it is parked; \
    look at it with `Outbox::keys`";

pub(super) fn full() -> StoreError {
    StoreError::new(ErrorKind::Overloaded, FULL)
}

/// An outbox to be counted, or one key of it, and how far that matters.
#[cfg(feature = "sql")]
pub(super) struct Uncounted {
    pub(super) outbox: &'static str,
    pub(super) key: Option<Vec<u8>>,
    pub(super) limit: u64,
}

impl Backlogs {
    fn levels(&self) -> MutexGuard<'_, HashMap<&'static str, Levels>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a key may have so many rows more, of as many as it may have. It is counted first, where that is due.
    pub(super) fn takes_of(
        &self,
        (outbox, key): (&'static str, &[u8]),
        (rows, limit): (u64, u64),
        now: u64,
        count: impl FnOnce() -> Result<u64, StoreError>,
    ) -> Result<(), StoreError> {
        let is_due = {
            let mut levels = self.levels();
            let level = levels.entry(outbox).or_default().of(key);
            level.limit = level.limit.max(limit);
            level.at_ms.is_none() || level.is_due(now)
        };
        if is_due {
            let rows = count()?;
            self.found(outbox, Some(key), rows, now);
        }
        let is_taken = self.levels().entry(outbox).or_default().of(key).takes(limit, rows);
        if is_taken { Ok(()) } else { Err(key_full()) }
    }

    /// It was counted.
    pub(super) fn found(&self, outbox: &'static str, key: Option<&[u8]>, rows: u64, now: u64) {
        if let Some(levels) = self.levels().get_mut(outbox) {
            let level = match key {
                None => &mut levels.whole,
                Some(key) => levels.of(key),
            };
            level.found(rows, now);
        }
    }
}

#[cfg(feature = "sql")]
impl Backlogs {
    /// Counts rows that are added, where there is room for one in the outbox and in the key: the limits are of the two.
    pub(super) fn takes(
        &self,
        (outbox, key): (&'static str, Option<&[u8]>),
        rows: u64,
        (limit, per_key): (u64, u64),
    ) -> Result<(), StoreError> {
        let mut levels = self.levels();
        let levels = levels.entry(outbox).or_default();
        let is_near = is_near(levels.whole.rows(), per_key);
        if !levels.whole.takes(limit, 0) {
            return Err(full());
        }
        if let Some(key) = key.filter(|_| is_near)
            && !levels.of(key).takes(per_key, rows)
        {
            return Err(key_full());
        }
        levels.whole.added += rows;
        Ok(())
    }

    /// How many rows more an outbox takes.
    pub(super) fn room(&self, outbox: &'static str, limit: u64) -> u64 {
        let known = self.levels().get(outbox).map_or(0, |levels| levels.whole.rows());
        limit.saturating_sub(known)
    }

    /// So many were added, wherever they come from.
    pub(super) fn added(&self, outbox: &'static str, rows: u64) {
        self.levels().entry(outbox).or_default().whole.added += rows;
    }

    /// Some were taken off: it is counted anew before the next is added.
    pub(super) fn taken_off(&self, outbox: &'static str) {
        if let Some(levels) = self.levels().get_mut(outbox) {
            levels.whole.at_ms = None;
        }
    }

    /// What is to be counted anew. It is the caller's to count.
    pub(super) fn uncounted(&self, now: u64) -> Vec<Uncounted> {
        let mut due = Vec::new();
        for (outbox, levels) in self.levels().iter_mut() {
            let whole = &mut levels.whole;
            if whole.at_ms.is_none() || whole.is_due(now) {
                whole.at_ms = Some(now);
                due.push(Uncounted { outbox, key: None, limit: whole.limit });
            }
            for (key, level) in levels.keys.iter_mut().filter(|(_, level)| level.is_due(now)) {
                level.at_ms = Some(now);
                due.push(Uncounted { outbox, key: Some(key.clone()), limit: level.limit });
            }
        }
        due
    }
}

impl Levels {
    fn of(&mut self, key: &[u8]) -> &mut Level {
        if !self.keys.contains_key(key) {
            if self.keys.len() >= MOST {
                self.keys.retain(|_, level| level.is_full());
            }
            if self.keys.len() >= MOST {
                self.keys.clear();
            }
        }
        self.keys.entry(key.to_vec()).or_default()
    }
}

fn key_full() -> StoreError {
    StoreError::new(ErrorKind::Overloaded, KEY_FULL)
}
