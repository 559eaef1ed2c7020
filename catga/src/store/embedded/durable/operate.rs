use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError};

use super::disk::{Disk as _, SystemDisk};
use super::durable::{Durable, State};
use super::fault::{contained, disk, failure};
use super::format;
use super::handle::{Backend, Handle};
use super::open;
use super::options::DurableOptions;
use super::part::Part;
use super::reading::Reading;
use crate::store::embedded::record;
use crate::store::error::{ErrorKind, StoreError};
use crate::store::identity::{Identity, epoch_of, first_of};

/// What a backup holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Backup {
    /// The state after this sequence.
    pub sequence: u64,
    /// How many rows, those of delivery included.
    pub rows: u64,
}

/// What [`DurableOptions::restore`] has made.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Restored {
    /// Who the store is now: the id of the one that was backed up, and a later epoch.
    pub identity: Identity,
    /// The state after this sequence of the store that was backed up.
    pub sequence: u64,
    /// Where the file is now that was in its place.
    pub replaced: Option<PathBuf>,
}

/// How many rows of a backup are written at once.
const CHUNK: usize = 10_000;

impl Durable {
    /// Copies one state of the store into a new file, while the store works on. It blocks for as long as it
    /// takes to read and write all rows; the store's file does not reuse its space meanwhile.
    ///
    /// # Errors
    /// `Io` where the file is there already; `Damaged` where a row is; `Full`.
    pub fn backup(&self, path: impl AsRef<Path>) -> Result<Backup, StoreError> {
        let database = self.database()?;
        let to = SystemDisk::new(path.as_ref(), self.options.random.next());
        if to.exists().map_err(disk)? {
            return Err(disk(io::ErrorKind::AlreadyExists.into()));
        }
        let handle = Handle::new(to.fresh().map_err(disk)?);
        let copied = contained(|| {
            let source = Reading::new(&database)?;
            let sequence = source.head()?;
            let (backend, _cut) = Backend::new(Arc::clone(&handle));
            let copy = redb::Builder::new().create_with_backend(backend).map_err(failure)?;
            let mut count = 0;
            for part in Part::all() {
                let mut left = source.rows(part)?.peekable();
                while left.peek().is_some() {
                    let chunk = copy.begin_write().map_err(failure)?;
                    {
                        let mut to = chunk.open_table(part.table()).map_err(failure)?;
                        for row in left.by_ref().take(CHUNK) {
                            let (key, bytes) = row.map_err(failure)?;
                            record::open(key.value(), bytes.value())?;
                            to.insert(key.value(), bytes.value()).map_err(failure)?;
                            count += 1;
                        }
                    }
                    chunk.commit().map_err(failure)?;
                }
            }
            let mut last = copy.begin_write().map_err(failure)?;
            last.set_two_phase_commit(true);
            format::create_backup(&last, self.identity, sequence)?;
            last.commit().map_err(failure)?;
            copy.close().map_err(failure)?;
            Ok(Backup { sequence, rows: count })
        });
        let copied = copied.and_then(|copied| handle.file().sync().map_err(disk).map(|()| copied));
        drop(handle);
        let placed = copied.and_then(|copied| to.place().map_err(disk).map(|()| copied));
        placed.inspect_err(|_| to.discard())
    }

    /// Moves rows together and gives the rest of the file back to the system. Whether there was any.
    ///
    /// # Errors
    /// `Overloaded` where a transaction is open: nothing happened, try again when it is quiet. Else as a commit's.
    pub fn compact(&self) -> Result<bool, StoreError> {
        self.alone(|database| {
            let moved = database.compact().map_err(|error| match error {
                redb::CompactionError::Storage(error) => failure(error),
                _ => busy(),
            })?;
            Ok(moved)
        })
    }

    /// Verifies every page of the file and the sum of every record, and says how many rows there are.
    ///
    /// # Errors
    /// `Damaged`; `Overloaded` where a transaction is open.
    pub fn check(&self) -> Result<u64, StoreError> {
        self.alone(|database| {
            match database.check_integrity() {
                Ok(true) => {}
                Ok(false) => {
                    return Err(StoreError::new(
                        ErrorKind::Damaged,
                        "the file's pages did not agree and were mended; restore a backup",
                    ));
                }
                Err(redb::DatabaseError::TransactionInProgress) => return Err(busy()),
                Err(error) => return Err(failure(error)),
            }
            let reading = Reading::new(database)?;
            reading.head()?;
            let mut count = 0;
            for part in Part::all() {
                for row in reading.rows(part)? {
                    let (key, bytes) = row.map_err(failure)?;
                    record::open(key.value(), bytes.value())?;
                    count += 1;
                }
            }
            Ok(count)
        })
    }

    /// Nobody else begins or commits meanwhile.
    fn alone<T>(&self, act: impl FnOnce(&mut redb::Database) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let _no_commit = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        drop(self.database()?);
        let mut state = self.state();
        let State::Open(open) = &mut *state else { return Err(busy()) };
        open.now = None;
        let database = Arc::get_mut(&mut open.database).ok_or_else(busy)?;
        contained(|| act(database))
    }
}

fn busy() -> StoreError {
    StoreError::new(ErrorKind::Overloaded, "transactions of the store are open; try again when it is quiet")
}

impl DurableOptions {
    /// Makes a store of a backup, in the place of a file that may be there: that one is kept under another name. Whoever is
    /// killed meanwhile leaves the one or the other in the place, and maybe the other name, or a part of a copy, besides.
    ///
    /// The store gets a later epoch than the backup's, and than that of the file in its place where this can be
    /// read: fences and sequences go on above all that were ever given out. A damaged file mostly still says its epoch;
    /// where it does not, name with `above` the last one that was in use. The store sends nothing until that is
    /// [confirmed](crate::store::Store::confirm): what the backup holds as not sent may have been sent since.
    ///
    /// # Errors
    /// `Missing` where the backup is not there; `Foreign` where it is no backup; `InUse` where the file in its place is
    /// open; `Damaged`, `Full`, `Io`.
    pub fn restore(
        self,
        backup: impl AsRef<Path>,
        path: impl AsRef<Path>,
        above: Option<u16>,
    ) -> Result<Restored, StoreError> {
        let (backup, path) = (backup.as_ref(), path.as_ref());
        let (mut epoch, mut held) = (above.unwrap_or(0), None);
        let there = path.try_exists().map_err(disk)?;
        if there {
            match self.peek(path) {
                // Nobody opens it from here on: what it would write would be lost.
                Ok((last, handle)) => (epoch, held) = (epoch.max(last), Some(handle)),
                Err(error) if error.kind() == ErrorKind::InUse => return Err(error),
                Err(error) if above.is_none() => return Err(unread(error)),
                Err(_) => {}
            }
        }
        let bytes = fs::File::open(backup).map_err(|error| {
            StoreError::with_source(ErrorKind::Missing, "the backup cannot be read; name another file", error)
        })?;
        let to = SystemDisk::new(path, self.random.next());
        let handle = Handle::new(to.fresh().map_err(disk)?);
        let made = copy(bytes, &handle).and_then(|()| {
            let opened = open::open(&handle, &self, true).map_err(spoilt)?;
            if !opened.backup {
                return Err(StoreError::new(ErrorKind::Foreign, "the file is no backup; name another file"));
            }
            let identity = opened.identity.later(epoch)?;
            contained(|| {
                format::restore(&opened.database, identity, handle.file().born())?;
                opened.database.close().map_err(failure)
            })?;
            handle.mark(first_of(identity.epoch));
            handle.file().sync().map_err(disk)?;
            Ok((identity, opened.recovery.sequence))
        });
        drop(handle);
        let placed = made.and_then(|(identity, sequence)| {
            let replaced = match there {
                true => to.replace(&format!(".replaced-{}", identity.epoch)).map(Some),
                false => to.place().map(|()| None),
            };
            replaced.map(|replaced| Restored { identity, sequence, replaced }).map_err(disk)
        });
        drop(held);
        placed.inspect_err(|_| to.discard())
    }

    /// The epoch of the store in a file, which is this process's for as long as the handle is there.
    fn peek(&self, path: &Path) -> Result<(u16, Arc<Handle>), StoreError> {
        let handle = Handle::new(SystemDisk::new(path, 0).open().map_err(disk)?);
        // The mark is of no earlier epoch: who begins one writes it, too.
        let opened = open::open(&handle, self, false).map(|opened| opened.identity.epoch);
        let epoch = opened.or_else(|error| handle.marked().map(epoch_of).ok_or(error))?;
        Ok((epoch, handle))
    }
}

/// What is wrong with the file that a backup would replace.
fn unread(error: StoreError) -> StoreError {
    let detail = "the file in the store's place does not say its epoch; name with `above` the last one that was in use, \
        and the file is kept under another name";
    StoreError::with_source(error.kind(), detail, error)
}

/// What is wrong with a backup, of which the file's own error would say that one be restored.
fn spoilt(error: StoreError) -> StoreError {
    let detail = match error.kind() {
        ErrorKind::Damaged | ErrorKind::Truncated => "the backup is damaged, or not all there; restore another one",
        ErrorKind::Foreign => "the file is no backup; name another file",
        _ => return error,
    };
    StoreError::with_source(error.kind(), detail, error)
}

fn copy(mut from: fs::File, to: &Handle) -> Result<(), StoreError> {
    use io::Read as _;
    let mut buffer = vec![0; 1 << 20];
    let mut offset = 0;
    loop {
        let read = from.read(&mut buffer).map_err(disk)?;
        let Some(bytes) = buffer.get(..read).filter(|bytes| !bytes.is_empty()) else { return Ok(()) };
        to.file().write(offset, bytes).map_err(disk)?;
        offset += read as u64;
    }
}
