use redb::{ReadableTable, TableDefinition, TableHandle as _};

use super::fault::failure;
use crate::store::embedded::group::Write;
use crate::store::embedded::record::{self, RecordKind};
use crate::store::embedded::space::Space;
use crate::store::error::{ErrorKind, StoreError};
use crate::store::identity::{Identity, StoreId, first_of};

/// All rows of all tables; which table it is stands at the front of a key.
pub(super) const ROWS: TableDefinition<'static, &'static [u8], &'static [u8]> = TableDefinition::new("catga.rows");

/// What the store knows of itself.
pub(super) const META: TableDefinition<'static, &'static [u8], &'static [u8]> = TableDefinition::new("catga.meta");

/// The layout of the file; it grows when an older program could not read what this one writes.
const FORMAT: u16 = 1;

const IDENTITY: &[u8] = b"identity";
const HEAD: &[u8] = b"head";
/// Where a file has it, it is a backup.
const BACKUP: &[u8] = b"backup";

/// Makes the tables of a new store.
pub(super) fn create(database: &redb::Database, identity: Identity) -> Result<(), StoreError> {
    let mut transaction = database.begin_write().map_err(failure)?;
    // Two syncs: a flipped bit in what is written once and never again must not look like a torn write.
    transaction.set_two_phase_commit(true);
    transaction.open_table(ROWS).map_err(failure)?;
    {
        let mut meta = transaction.open_table(META).map_err(failure)?;
        put_identity(&mut meta, identity)?;
        put_head(&mut meta, first_of(identity.epoch))?;
    }
    transaction.commit().map_err(failure)
}

type Meta<'t> = redb::Table<'t, &'static [u8], &'static [u8]>;

fn put(meta: &mut Meta<'_>, key: &'static [u8], payload: &[u8]) -> Result<(), StoreError> {
    let mut record = record::unsealed(RecordKind::Meta, FORMAT, payload);
    record::seal(key, &mut record);
    meta.insert(key, record.as_slice()).map_err(failure)?;
    Ok(())
}

fn put_identity(meta: &mut Meta<'_>, identity: Identity) -> Result<(), StoreError> {
    let mut payload = identity.id.0.to_be_bytes().to_vec();
    payload.extend_from_slice(&identity.epoch.to_be_bytes());
    put(meta, IDENTITY, &payload)
}

/// Makes the tables a backup of the store at a sequence.
pub(super) fn mark_backup(meta: &mut Meta<'_>, identity: Identity, sequence: u64) -> Result<(), StoreError> {
    put_identity(meta, identity)?;
    put_head(meta, sequence)?;
    put(meta, BACKUP, &[])
}

/// Makes a backup a store again, of a later epoch, which sends nothing until that is confirmed.
pub(super) fn restore(database: &redb::Database, identity: Identity) -> Result<(), StoreError> {
    let mut transaction = database.begin_write().map_err(failure)?;
    transaction.set_two_phase_commit(true);
    {
        let mut meta = transaction.open_table(META).map_err(failure)?;
        meta.remove(BACKUP).map_err(failure)?;
        put_identity(&mut meta, identity)?;
        put_head(&mut meta, first_of(identity.epoch))?;
        let held = Write::put(Space::Held.key(), RecordKind::Meta, 0, &[]);
        let mut rows = transaction.open_table(ROWS).map_err(failure)?;
        rows.insert(held.key(), held.record().unwrap_or_default()).map_err(failure)?;
    }
    transaction.commit().map_err(failure)
}

/// Whether the file is a backup.
pub(super) fn is_backup(database: &redb::Database) -> Result<bool, StoreError> {
    use redb::ReadableDatabase as _;
    let meta = database.begin_read().map_err(failure)?.open_table(META).map_err(failure)?;
    Ok(meta.get(BACKUP).map_err(failure)?.is_some())
}

/// Whether the file is a store at all, and who it is.
pub(super) fn identify(database: &redb::Database) -> Result<(Identity, u64), StoreError> {
    use redb::ReadableDatabase as _;
    let transaction = database.begin_read().map_err(failure)?;
    let names = transaction.list_tables().map_err(failure)?;
    let ours = names.filter(|table| [ROWS.name(), META.name()].contains(&table.name())).count();
    if ours != 2 {
        let detail = "the file is a database, but not of a store; name another file";
        return Err(StoreError::new(ErrorKind::Foreign, detail));
    }
    let meta = transaction.open_table(META).map_err(failure)?;
    let lost = || StoreError::new(ErrorKind::Damaged, "the store's file does not say who it is; restore a backup");
    let record = meta.get(IDENTITY).map_err(failure)?.ok_or_else(lost)?;
    let payload = record::payload(IDENTITY, record.value(), RecordKind::Meta, FORMAT).map_err(|error| {
        if error.kind() != ErrorKind::Newer {
            return error;
        }
        let detail = "the store's file was written by a newer version of this library; run the newer program";
        StoreError::with_source(ErrorKind::Newer, detail, error)
    })?;
    let (id, epoch) = payload.split_first_chunk::<16>().ok_or_else(lost)?;
    let epoch = u16::from_be_bytes(*epoch.first_chunk::<2>().ok_or_else(lost)?);
    let identity = Identity { id: StoreId(u128::from_be_bytes(*id)), epoch };
    let head = head(&meta)?;
    Ok((identity, head))
}

/// The bytes of all rows, keys and records.
pub(super) fn bytes(database: &redb::Database) -> Result<u64, StoreError> {
    use redb::{ReadableDatabase as _, ReadableTableMetadata as _};
    let rows = database.begin_read().map_err(failure)?.open_table(ROWS).map_err(failure)?;
    Ok(rows.stats().map_err(failure)?.stored_bytes())
}

/// The sequence that the file is at.
pub(super) fn head(meta: &impl ReadableTable<&'static [u8], &'static [u8]>) -> Result<u64, StoreError> {
    let lost = || StoreError::new(ErrorKind::Damaged, "the store's file has lost its sequence; restore a backup");
    let record = meta.get(HEAD).map_err(failure)?.ok_or_else(lost)?;
    let payload = record::payload(HEAD, record.value(), RecordKind::Meta, FORMAT)?;
    Ok(u64::from_be_bytes(*payload.first_chunk::<8>().ok_or_else(lost)?))
}

/// Writes the sequence: part of every group.
pub(super) fn put_head(meta: &mut Meta<'_>, sequence: u64) -> Result<(), StoreError> {
    put(meta, HEAD, &sequence.to_be_bytes())
}
