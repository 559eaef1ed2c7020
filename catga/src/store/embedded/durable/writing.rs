use core::iter::Peekable;
use core::ops::Bound;

use redb::{CursorError, ReadableTable as _, Table};

use super::fault::failure;
use crate::store::embedded::group::{PendingRow, Rows};
use crate::store::error::StoreError;

/// The rows of an open write transaction.
pub(super) struct Writing<'t> {
    table: Table<'t, &'static [u8], &'static [u8]>,
    grown: i64,
}

impl<'t> Writing<'t> {
    pub(super) fn new(table: Table<'t, &'static [u8], &'static [u8]>) -> Self {
        Self { table, grown: 0 }
    }

    /// By how many bytes of keys and records it has grown.
    pub(super) fn grown(&self) -> i64 {
        self.grown
    }

    /// Writes the row, and those behind it that belong into the same gap between two rows of the table: their
    /// place is looked for once, and their pages are written once. Whether the row was a new one.
    fn run<'r>(
        &mut self,
        (key, record): (&[u8], &[u8]),
        rest: &mut Peekable<impl Iterator<Item = &'r PendingRow<'r>>>,
    ) -> Result<bool, StoreError> {
        let mut gap = self.table.lower_bound_mut(Bound::Included(key)).map_err(failure)?;
        match gap.insert_before(key, record) {
            Ok(()) => self.grown += bytes(key, record),
            Err(CursorError::UnorderedKey) => {
                gap.close().map_err(failure)?;
                return self.one(key, Some(record)).map(|()| false);
            }
            Err(error) => return Err(failure(error)),
        }
        while let Some(PendingRow { key, record: Some(record), .. }) = rest.peek() {
            match gap.insert_before(&**key, &**record) {
                Ok(()) => {
                    self.grown += bytes(key, record);
                    let _ = rest.next();
                }
                Err(CursorError::UnorderedKey) => break,
                Err(error) => return Err(failure(error)),
            }
        }
        gap.close().map_err(failure).map(|()| true)
    }

    fn one(&mut self, key: &[u8], record: Option<&[u8]>) -> Result<(), StoreError> {
        let old = match record {
            Some(record) => self.table.insert(key, record).map_err(failure)?,
            None => self.table.remove(key).map_err(failure)?,
        };
        self.grown += record.map_or(0, |record| bytes(key, record));
        self.grown -= old.map_or(0, |old| bytes(key, old.value()));
        Ok(())
    }
}

impl Rows for Writing<'_> {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.table.get(key).map_err(failure)?.map(|record| record.value().to_vec()))
    }

    fn write<'r>(&mut self, rows: impl Iterator<Item = &'r PendingRow<'r>>) -> Result<(), StoreError> {
        let mut rows = rows.peekable();
        // Where one of them is there already, its neighbours will be.
        let mut are_new = true;
        while let Some(row) = rows.next() {
            let has_neighbour = rows.peek().is_some_and(|next| next.record.is_some() && are_close(&row.key, &next.key));
            match row.record.as_deref() {
                Some(record) if has_neighbour && are_new => are_new = self.run((&row.key, record), &mut rows)?,
                record => {
                    self.one(&row.key, record)?;
                    are_new |= !has_neighbour;
                }
            }
        }
        Ok(())
    }
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
