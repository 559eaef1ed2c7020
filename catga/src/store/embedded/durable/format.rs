use std::collections::BTreeSet;

use redb::{ReadableDatabase as _, TableDefinition, TableHandle as _, WriteTransaction};

use super::fault::failure;
use super::part::{Definition, Part};
use super::reading::Reading;
use super::sequence;
use crate::store::embedded::group::Write;
use crate::store::embedded::record::{self, RecordKind};
use crate::store::embedded::space::Space;
use crate::store::error::{ErrorKind, StoreError};
use crate::store::identity::{Identity, StoreId, first_of};

/// What the store knows of itself and does not change with its rows. Every layout of the file has it, and has its number
/// in it.
const META: Definition = TableDefinition::new("catga.meta");

/// The layout of the file; it grows when another program could not read what this one writes.
const FORMAT: u16 = 3;

const IDENTITY: &[u8] = b"identity";
/// Where a file has it, it is a backup.
const BACKUP: &[u8] = b"backup";
/// When the file was made, where its disk has said so.
const BORN: &[u8] = b"born";

/// Makes the tables of a new store, in a file that was made then.
pub(super) fn create(database: &redb::Database, identity: Identity, born: Option<u128>) -> Result<(), StoreError> {
    let mut transaction = database.begin_write().map_err(failure)?;
    // Two syncs: a flipped bit in what is written once and never again must not look like a torn write.
    transaction.set_two_phase_commit(true);
    create_in(&transaction, identity, first_of(identity.epoch))?;
    put_born(&mut transaction.open_table(META).map_err(failure)?, born)?;
    transaction.commit().map_err(failure)
}

/// Makes those of a backup of the store at a sequence.
pub(super) fn create_backup(transaction: &WriteTransaction, identity: Identity, at: u64) -> Result<(), StoreError> {
    create_in(transaction, identity, at)?;
    put(&mut transaction.open_table(META).map_err(failure)?, BACKUP, &[])
}

/// All tables, also those that are empty: so one that is missing is a damage.
fn create_in(transaction: &WriteTransaction, identity: Identity, at: u64) -> Result<(), StoreError> {
    for part in Part::all() {
        transaction.open_table(part.table()).map_err(failure)?;
    }
    put_identity(&mut transaction.open_table(META).map_err(failure)?, identity)?;
    sequence::begin(transaction, at)
}

type Table<'t> = redb::Table<'t, &'static [u8], &'static [u8]>;

fn put(table: &mut Table<'_>, key: &'static [u8], payload: &[u8]) -> Result<(), StoreError> {
    let mut record = record::unsealed(RecordKind::Meta, FORMAT, payload);
    record::seal(key, &mut record);
    table.insert(key, record.as_slice()).map_err(failure)?;
    Ok(())
}

fn put_identity(meta: &mut Table<'_>, identity: Identity) -> Result<(), StoreError> {
    let mut payload = identity.id.0.to_be_bytes().to_vec();
    payload.extend_from_slice(&identity.epoch.to_be_bytes());
    put(meta, IDENTITY, &payload)
}

fn put_born(meta: &mut Table<'_>, born: Option<u128>) -> Result<(), StoreError> {
    match born {
        Some(born) => put(meta, BORN, &born.to_be_bytes()),
        None => meta.remove(BORN).map(drop).map_err(failure),
    }
}

/// Makes a backup, or a copy of a store's file, a store of a later epoch, which sends nothing until that is confirmed. Its
/// file was made then.
pub(super) fn restore(database: &redb::Database, identity: Identity, born: Option<u128>) -> Result<(), StoreError> {
    let mut transaction = database.begin_write().map_err(failure)?;
    transaction.set_two_phase_commit(true);
    {
        let mut meta = transaction.open_table(META).map_err(failure)?;
        meta.remove(BACKUP).map_err(failure)?;
        put_identity(&mut meta, identity)?;
        put_born(&mut meta, born)?;
        let held = Write::put(Space::Held.key(), RecordKind::Meta, 0, &[]);
        let mut state = transaction.open_table(Part::of(held.key()).table()).map_err(failure)?;
        state.insert(held.key(), held.record().unwrap_or_default()).map_err(failure)?;
    }
    sequence::move_to(&transaction, first_of(identity.epoch))?;
    transaction.commit().map_err(failure)
}

/// Whether the file is a backup.
pub(super) fn is_backup(database: &redb::Database) -> Result<bool, StoreError> {
    let meta = database.begin_read().map_err(failure)?.open_table(META).map_err(failure)?;
    Ok(meta.get(BACKUP).map_err(failure)?.is_some())
}

/// When the file was made that the store is in, where that was known.
pub(super) fn born(database: &redb::Database) -> Result<Option<u128>, StoreError> {
    let meta = database.begin_read().map_err(failure)?.open_table(META).map_err(failure)?;
    let Some(record) = meta.get(BORN).map_err(failure)? else { return Ok(None) };
    let payload = record::open(BORN, record.value())?.payload;
    Ok(payload.first_chunk().map(|born| u128::from_be_bytes(*born)))
}

/// Whether the file is a store at all, and who it is.
pub(super) fn identify(database: &redb::Database) -> Result<(Identity, u64), StoreError> {
    let transaction = database.begin_read().map_err(failure)?;
    let names: BTreeSet<String> =
        transaction.list_tables().map_err(failure)?.map(|table| table.name().to_owned()).collect();
    if !names.contains(META.name()) {
        let detail = "the file is a database, but not of a store; name another file";
        return Err(StoreError::new(ErrorKind::Foreign, detail));
    }
    let meta = transaction.open_table(META).map_err(failure)?;
    let lost = || StoreError::new(ErrorKind::Damaged, "the store's file does not say who it is; restore a backup");
    let record = meta.get(IDENTITY).map_err(failure)?.ok_or_else(lost)?;
    let opened = record::open(IDENTITY, record.value())?;
    is_known(opened.version)?;
    if Part::all().any(|part| !names.contains(part.table().name())) {
        let detail = "a table of the store's file is missing; restore a backup, or check the disk";
        return Err(StoreError::new(ErrorKind::Damaged, detail));
    }
    let (id, epoch) = opened.payload.split_first_chunk::<16>().ok_or_else(lost)?;
    let epoch = u16::from_be_bytes(*epoch.first_chunk::<2>().ok_or_else(lost)?);
    let identity = Identity { id: StoreId(u128::from_be_bytes(*id)), epoch };
    Ok((identity, sequence::among(&names)?))
}

/// Whether this program reads a layout.
fn is_known(layout: u16) -> Result<(), StoreError> {
    if layout > FORMAT {
        let detail = format!(
            "the store's file has layout {layout}, of a newer version of this library, and this program knows {FORMAT}; \
             run the newer program"
        );
        return Err(StoreError::new(ErrorKind::Newer, detail));
    }
    if layout < FORMAT {
        let detail = format!(
            "the store's file has layout {layout}, of a version of this library before its first release, and this \
             program knows {FORMAT}; drain it with the program that wrote it, and begin with a new file"
        );
        return Err(StoreError::new(ErrorKind::Older, detail));
    }
    Ok(())
}

/// The bytes of all rows, keys and records.
pub(super) fn bytes(database: &redb::Database) -> Result<u64, StoreError> {
    use redb::ReadableTableMetadata as _;
    let reading = Reading::new(database)?;
    Part::all().map(|part| Ok(reading.table(part)?.stats().map_err(failure)?.stored_bytes())).sum()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by it")]
mod tests {
    use redb::Database;
    use redb::backends::InMemoryBackend;

    use super::*;

    const WHO: Identity = Identity { id: StoreId(7), epoch: 3 };

    fn empty() -> Database {
        redb::Builder::new().create_with_backend(InMemoryBackend::new()).unwrap()
    }

    fn made() -> Database {
        let database = empty();
        create(&database, WHO, None).unwrap();
        database
    }

    fn change(database: &Database, act: impl FnOnce(&WriteTransaction)) {
        let transaction = database.begin_write().unwrap();
        act(&transaction);
        transaction.commit().unwrap();
    }

    /// An identity as a file of this layout has it.
    fn of_layout(layout: u16) -> Database {
        let database = empty();
        change(&database, |transaction| {
            let mut record = record::unsealed(RecordKind::Meta, layout, &[0; 18]);
            record::seal(IDENTITY, &mut record);
            transaction.open_table(META).unwrap().insert(IDENTITY, record.as_slice()).unwrap();
        });
        database
    }

    fn refused(database: &Database, kind: ErrorKind, what: &str) {
        let error = identify(database).unwrap_err();
        assert_eq!(error.kind(), kind, "{error:?}");
        assert!(error.to_string().contains(what), "{error}");
    }

    #[test]
    fn a_store_says_who_it_is() {
        assert_eq!(identify(&made()).unwrap(), (WHO, first_of(WHO.epoch)));
    }

    #[test]
    fn another_layout_is_told_of() {
        refused(&of_layout(FORMAT - 1), ErrorKind::Older, "drain it with the program that wrote it");
        refused(&of_layout(FORMAT + 1), ErrorKind::Newer, "run the newer program");
        refused(&empty(), ErrorKind::Foreign, "name another file");
    }

    #[test]
    fn a_table_that_is_missing_is_a_damage() {
        for part in Part::all() {
            let database = made();
            change(&database, |transaction| assert!(transaction.delete_table(part.table()).unwrap()));
            refused(&database, ErrorKind::Damaged, "restore a backup");
        }
    }

    #[test]
    fn a_sequence_that_is_missing_is_a_damage() {
        let database = made();
        change(&database, |transaction| {
            let names: Vec<_> = transaction.list_tables().unwrap().collect();
            let at = names.into_iter().find(|table| sequence::among([table.name()]).is_ok()).unwrap();
            assert!(transaction.delete_table(at).unwrap());
        });
        refused(&database, ErrorKind::Damaged, "has lost its sequence");
    }
}
