//! The store of the shop: one file, and with it everything that outlives the process.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use catga::delivery::{OUTBOX, Redelivery};
use catga::prelude::*;
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
    let path = folder.join("shop.store");
    fs::create_dir_all(folder).map_err(|error| format!("cannot make the folder {}: {error}", folder.display()))?;
    let opened = Durable::open(&path).map(Arc::new);
    opened.map_err(|error| match error.kind() {
        ErrorKind::InUse => format!("{} is open in another process: a shop runs on it; stop it first", path.display()),
        _ => format!("cannot open {}: {error}", path.display()),
    })
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
