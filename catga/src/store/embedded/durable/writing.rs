use core::ops::Bound;

use redb::{CursorError, ReadableTable as _, Table, WriteTransaction};

use super::fault::failure;
use super::part::Part;
use crate::store::embedded::group::{PendingRow, Rows};
use crate::store::error::StoreError;

/// The rows of an open write transaction.
pub(super) struct Writing<'t> {
    tables: Tables<'t>,
    grown: i64,
}

type WriteTable<'t> = Table<'t, &'static [u8], &'static [u8]>;

/// The tables of an open write transaction, each of which is opened when it is needed first.
struct Tables<'t> {
    transaction: &'t WriteTransaction,
    open: [Option<WriteTable<'t>>; Part::COUNT],
}

impl<'t> Tables<'t> {
    fn at(&mut self, part: Part) -> Result<&mut WriteTable<'t>, StoreError> {
        match &mut self.open[part.index()] {
            Some(table) => Ok(table),
            none => Ok(none.insert(self.transaction.open_table(part.table()).map_err(failure)?)),
        }
    }
}

impl<'t> Writing<'t> {
    pub(super) fn new(transaction: &'t WriteTransaction) -> Self {
        Self { tables: Tables { transaction, open: [const { None }; Part::COUNT] }, grown: 0 }
    }

    /// By how many bytes of keys and records it has grown.
    pub(super) fn grown(&self) -> i64 {
        self.grown
    }

    /// Writes those of the first rows that belong into the same gap between two rows of the table: their place is
    /// looked for once, and their pages are written once. How many these are; none where the first is there already.
    fn run(&mut self, part: Part, rows: &[&PendingRow<'_>]) -> Result<usize, StoreError> {
        let Some(first) = rows.first() else { return Ok(0) };
        let mut gap = self.tables.at(part)?.lower_bound_mut(Bound::Included(first.key())).map_err(failure)?;
        let mut count = 0;
        for row in rows {
            let (key, Some(record)) = (row.key(), row.record()) else { break };
            match gap.insert_before(key, record) {
                Ok(()) => self.grown += bytes(key, record),
                Err(CursorError::UnorderedKey) => break,
                Err(error) => return Err(failure(error)),
            }
            count += 1;
        }
        gap.close().map_err(failure).map(|()| count)
    }

    fn one(&mut self, part: Part, key: &[u8], record: Option<&[u8]>) -> Result<(), StoreError> {
        let table = self.tables.at(part)?;
        let old = match record {
            Some(record) => table.insert(key, record).map_err(failure)?,
            None => table.remove(key).map_err(failure)?,
        };
        self.grown += record.map_or(0, |record| bytes(key, record));
        self.grown -= old.map_or(0, |old| bytes(key, old.value()));
        Ok(())
    }
}

impl Rows for Writing<'_> {
    fn get(&mut self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        let table = self.tables.at(Part::of(key))?;
        Ok(table.get(key).map_err(failure)?.map(|record| record.value().to_vec()))
    }

    fn write(&mut self, mut rows: &[&PendingRow<'_>]) -> Result<(), StoreError> {
        while let Some(row) = rows.first() {
            let part = Part::of(row.key());
            let (mut close, rest) = rows.split_at(neighbours(part, rows));
            rows = rest;
            while close.len() > 1 {
                let written = self.run(part, close)?;
                close = close.get(written..).unwrap_or_default();
                // Where one of them is there already, the others will be.
                if written == 0 {
                    break;
                }
            }
            close.iter().try_for_each(|row| self.one(part, row.key(), row.record()))?;
        }
        Ok(())
    }
}

/// How many of the first rows are likely to have no others between them: one, at least.
fn neighbours(part: Part, rows: &[&PendingRow<'_>]) -> usize {
    let are_neighbours = |pair: &[&PendingRow<'_>]| {
        let [one, other] = pair else { return false };
        one.record().is_some()
            && other.record().is_some()
            && are_close(one.key(), other.key())
            && Part::of(other.key()) == part
    };
    1 + rows.windows(2).take_while(|pair| are_neighbours(pair)).count()
}

fn bytes(key: &[u8], record: &[u8]) -> i64 {
    (key.len() + record.len()) as i64
}

/// Whether two keys are likely to have no other between them: numbers that count up, and the like. A wrong guess
/// costs one search.
fn are_close(one: &[u8], other: &[u8]) -> bool {
    const TAIL: usize = 2;
    let head = one.len().saturating_sub(TAIL);
    one.len() == other.len() && one.get(..head) == other.get(..head)
}
