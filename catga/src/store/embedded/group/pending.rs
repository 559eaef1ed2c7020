use std::borrow::Cow;
use std::collections::BTreeMap;

use super::member::Member;
use super::write::WrittenRow;

/// The rows of a group that are not with the adapter yet.
///
/// They are handed over all at once, in the order of their keys: neighbours of a tree are then written one
/// after the other, and a key that many members write is written once.
#[derive(Debug, Default)]
pub(crate) struct Pending<'g> {
    rows: Vec<PendingRow<'g>>,
    /// Where the latest row of each key is among the first so many: where nobody asks, of none.
    latest: BTreeMap<Cow<'g, [u8]>, usize>,
    indexed: usize,
}

/// What is written, and the sequence of the member that wrote it.
#[derive(Debug)]
pub(crate) struct PendingRow<'g> {
    row: WrittenRow<'g>,
    pub(crate) sequence: u64,
}

impl PendingRow<'_> {
    pub(crate) fn key(&self) -> &[u8] {
        self.row.key()
    }

    /// The record that the key gets; without one, it is removed.
    pub(crate) fn record(&self) -> Option<&[u8]> {
        self.row.record()
    }
}

impl<'g> Pending<'g> {
    pub(crate) fn with_room(rows: usize) -> Self {
        Self { rows: Vec::with_capacity(rows), ..Self::default() }
    }

    pub(crate) fn write(&mut self, row: WrittenRow<'g>, sequence: u64) {
        self.rows.push(PendingRow { row, sequence });
    }

    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Takes back all but the first so many.
    pub(crate) fn truncate(&mut self, rows: usize) {
        self.rows.truncate(rows);
        if self.indexed > rows {
            self.latest.clear();
            self.indexed = 0;
        }
    }

    /// What the key's record will be, where the group writes the key.
    pub(crate) fn get(&mut self, key: &[u8]) -> Option<Option<&[u8]>> {
        if self.rows.is_empty() {
            return None;
        }
        self.index();
        let row = self.rows.get(*self.latest.get(key)?)?;
        Some(row.record())
    }

    /// Whether the group writes something that the member has read.
    pub(crate) fn has_written(&mut self, member: &Member) -> bool {
        if self.rows.is_empty() {
            return false;
        }
        self.index();
        let latest = &self.latest;
        member.points.iter().any(|key| latest.contains_key(key.as_slice()))
            || member
                .spans
                .iter()
                .any(|span| !span.is_empty() && latest.range::<[u8], _>(span.bounds()).next().is_some())
    }

    fn index(&mut self) {
        for (place, row) in self.rows.iter().enumerate().skip(self.indexed) {
            self.latest.insert(row.row.to_key(), place);
        }
        self.indexed = self.rows.len();
    }

    /// The keys in the order of their writes, with their sequences.
    pub(crate) fn keys(&self) -> impl Iterator<Item = (&[u8], u64)> {
        self.rows.iter().map(|row| (row.key(), row.sequence))
    }

    /// The latest row of each key, in the order of the keys.
    pub(crate) fn sorted(&self) -> Vec<&PendingRow<'g>> {
        let mut rows: Vec<&PendingRow<'g>> = self.rows.iter().collect();
        // Stable, so the last of a key is its latest.
        rows.sort_by(|one, other| one.key().cmp(other.key()));
        rows.dedup_by(|later, row| {
            let is_same = later.key() == row.key();
            if is_same {
                *row = later;
            }
            is_same
        });
        rows
    }
}
