//! The store of the shop: one file, and with it everything that outlives the process.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use catga::delivery::{OUTBOX, Redelivery};
use catga::prelude::*;
use catga::store::durable::Restored;
use catga::store::{Durable, ErrorKind, Store};

/// Tells the shop's store from others: its handlers ask for `Within<Main>`.
pub(crate) struct Main;

/// The shop's store.
pub(crate) type Db = Store<Main>;

/// How long a request or a message is held by a process that was killed while it handled it. It is longer than a
/// transaction may last.
pub(crate) const LEASE: Duration = Duration::from_secs(3);
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
    idle_file(folder)?.ok_or_else(|| {
        format!("{} is open in another process: a shop runs on it; stop it first", path(folder).display())
    })
}

/// The same; nothing where a shop runs on it.
///
/// # Errors
/// As [`file`].
pub(crate) fn idle_file(folder: &Path) -> Result<Option<Arc<Durable>>, String> {
    fs::create_dir_all(folder).map_err(|error| format!("cannot make the folder {}: {error}", folder.display()))?;
    match Durable::open(path(folder)) {
        Ok(opened) => Ok(Some(Arc::new(opened))),
        Err(error) if error.kind() == ErrorKind::InUse => Ok(None),
        Err(error) => Err(format!("cannot open {}: {error}", path(folder).display())),
    }
}

fn path(folder: &Path) -> PathBuf {
    folder.join("shop.store")
}

/// Makes a store of a backup, in this folder. It sends nothing until that is confirmed.
///
/// # Errors
/// What the system says of the folder, and what the store says of the files.
pub(crate) fn restore(folder: &Path, backup: &Path) -> Result<Restored, String> {
    fs::create_dir_all(folder).map_err(|error| format!("cannot make the folder {}: {error}", folder.display()))?;
    let restored = Durable::options().restore(backup, path(folder), None);
    restored.map_err(|error| format!("cannot restore {}: {error}", backup.display()))
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
pub(crate) fn relay(db: &Db) -> Relay<Main> {
    let again = Redelivery::attempts(u32::MAX).cap(CAP);
    Relay::new(db).outbox(OUTBOX.lease(LEASE)).redelivery(again).concurrency(AT_ONCE).skip_poisoned()
}
