//! The store of the shop: one file, and with it everything that outlives the process.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use catga::delivery::{OUTBOX, Redelivery};
use catga::prelude::*;
use catga::store::durable::Restored;
use catga::store::{Durable, ErrorKind, Store};

use crate::causes::Causes;
use crate::patience::Patience;

/// Tells the shop's store from others: its handlers ask for `Within<Main>`.
pub(crate) struct Main;

/// The shop's store.
pub(crate) type Db = Store<Main>;

const LONGEST_TRANSACTION: Duration = Duration::from_secs(2);

/// How a command runs again where somebody else was faster at the same rows.
pub(crate) const AGAIN: Retry = Retry::times(50).base(Duration::from_millis(1)).cap(Duration::from_millis(20));

/// What fails is tried again at least this often, for as long as it takes.
const CAP: Duration = Duration::from_secs(2);

/// How many orders are settled at a time: most of that is waiting for the bank, or for who does not answer.
const AT_ONCE: usize = 256;

/// Opens the file in this folder, or makes both.
///
/// # Errors
/// What the system says of the folder, and what the store says of the file, with what to do.
pub(crate) fn file(folder: &Path) -> Result<Arc<Durable>, String> {
    make(folder)?;
    alone(folder, idle(folder)?)
}

/// Opens the file that is in this folder.
///
/// # Errors
/// As [`file`], and where there is none: nothing is to be found in a store that is new.
pub(crate) fn file_there(folder: &Path) -> Result<Arc<Durable>, String> {
    alone(folder, idle_file_there(folder)?)
}

/// The same; nothing where a shop runs on it.
///
/// # Errors
/// As [`file_there`].
pub(crate) fn idle_file_there(folder: &Path) -> Result<Option<Arc<Durable>>, String> {
    let path = path(folder);
    match path.try_exists() {
        Ok(true) => idle(folder),
        Ok(false) => Err(format!("there is no store at {}; say with --data where it is", path.display())),
        Err(error) => Err(format!("cannot open {}: {error}", path.display())),
    }
}

fn idle(folder: &Path) -> Result<Option<Arc<Durable>>, String> {
    match Durable::open(path(folder)) {
        Ok(opened) => Ok(Some(Arc::new(opened))),
        Err(error) if error.kind() == ErrorKind::InUse => Ok(None),
        Err(error) => Err(format!("cannot open {}: {}", path(folder).display(), Causes(&error))),
    }
}

fn alone(folder: &Path, file: Option<Arc<Durable>>) -> Result<Arc<Durable>, String> {
    file.ok_or_else(|| {
        format!("{} is open in another process: a shop runs on it; stop it first", path(folder).display())
    })
}

fn make(folder: &Path) -> Result<(), String> {
    fs::create_dir_all(folder).map_err(|error| format!("cannot make the folder {}: {error}", folder.display()))
}

fn path(folder: &Path) -> PathBuf {
    folder.join("shop.store")
}

/// Makes a store of a backup, in this folder, of an epoch above this one. It sends nothing until that is confirmed.
///
/// # Errors
/// What the system says of the folder, and what the store says of the files.
pub(crate) fn restore(folder: &Path, backup: &Path, above: Option<u16>) -> Result<Restored, String> {
    make(folder)?;
    let restored = Durable::options().restore(backup, path(folder), above);
    restored.map_err(|error| format!("cannot restore {}: {}", backup.display(), Causes(&error)))
}

/// The store over its file.
///
/// # Errors
/// What the system says.
pub(crate) fn open(file: Arc<Durable>) -> Result<Db, String> {
    let options = Db::options().max_age(LONGEST_TRANSACTION);
    Store::with(file, options).map_err(|error| format!("cannot run the store: {error}"))
}

/// Who delivers what was committed. A message that can never be handled goes to the dead letters, and its order's
/// others go on.
pub(crate) fn relay(db: &Db, patience: Patience) -> Relay<Main> {
    let again = Redelivery::attempts(u32::MAX).cap(CAP);
    Relay::new(db).outbox(OUTBOX.lease(patience.lease())).redelivery(again).concurrency(AT_ONCE).skip_poisoned()
}
