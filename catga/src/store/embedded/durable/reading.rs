use std::sync::OnceLock;

use redb::{Range, ReadOnlyTable, ReadTransaction, TableHandle as _};

use super::fault::failure;
use super::part::Part;
use super::sequence;
use crate::store::error::StoreError;

pub(super) type ReadTable = ReadOnlyTable<&'static [u8], &'static [u8]>;

/// The tables of one state of the file, each of which is opened when it is read first.
pub(super) struct Reading {
    transaction: ReadTransaction,
    open: [OnceLock<Box<ReadTable>>; Part::COUNT],
}

impl Reading {
    pub(super) fn new(database: &redb::Database) -> Result<Self, StoreError> {
        use redb::ReadableDatabase as _;
        let transaction = database.begin_read().map_err(failure)?;
        Ok(Self { transaction, open: [const { OnceLock::new() }; Part::COUNT] })
    }

    pub(super) fn table(&self, part: Part) -> Result<&ReadTable, StoreError> {
        let slot = &self.open[part.index()];
        if let Some(table) = slot.get() {
            return Ok(table);
        }
        let table = Box::new(self.transaction.open_table(part.table()).map_err(failure)?);
        Ok(slot.get_or_init(|| table))
    }

    /// The sequence of this state.
    pub(super) fn head(&self) -> Result<u64, StoreError> {
        let tables = self.transaction.list_tables().map_err(failure)?;
        sequence::among(tables.map(|table| table.name().to_owned()))
    }

    /// All rows of a part.
    pub(super) fn rows(&self, part: Part) -> Result<Range<'static, &'static [u8], &'static [u8]>, StoreError> {
        self.table(part)?.range::<&[u8]>(..).map_err(failure)
    }
}
