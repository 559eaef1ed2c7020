use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::fault::{contained, disk, failure};
use super::format;
use super::handle::{Backend, Cut, Handle};
use super::options::DurableOptions;
use crate::store::error::{ErrorKind, StoreError};
use crate::store::identity::{Identity, first_of};

/// What was found when the file was opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Recovery {
    /// The sequence that the store is at.
    pub sequence: u64,
    /// The file was not closed cleanly, and was recovered.
    pub recovered: bool,
    /// The last write transaction of the file was not complete and was rolled back: nobody had been told that
    /// it was committed. (Where somebody had, and the process ended while the system lived on, the file does
    /// not open: `Damaged`.)
    pub rolled_back: bool,
}

/// An open database over the handle.
pub(super) struct Opened {
    pub(super) database: redb::Database,
    pub(super) cut: Cut,
    pub(super) identity: Identity,
    pub(super) recovery: Recovery,
    pub(super) backup: bool,
    /// The bytes of all rows, where there is a limit.
    pub(super) rows: u64,
}

/// Opens what is in the file.
pub(super) fn open(handle: &Arc<Handle>, options: &DurableOptions, verify: bool) -> Result<Opened, StoreError> {
    let (backend, cut) = Backend::new(Arc::clone(handle));
    let opened = contained(|| {
        recognize(handle)?;
        let seen = Arc::new((AtomicBool::new(false), AtomicBool::new(false)));
        let by_callback = Arc::clone(&seen);
        let mut builder = redb::Builder::new();
        builder.set_cache_size(options.cache).set_check_integrity_on_open(verify);
        builder.set_repair_callback(move |session| {
            // redb tells how far it is: it is at 0.3 where the primary root did not verify.
            let progress = session.progress();
            by_callback.0.store(true, Ordering::Relaxed);
            by_callback.1.fetch_or(progress > 0.25 && progress < 0.35, Ordering::Relaxed);
        });
        let clean = was_closed(handle)?;
        let marked = handle.marked();
        let database = builder.create_with_backend(backend).map_err(failure)?;
        let (identity, sequence) = format::identify(&database)?;
        if let Some(marked) = marked.filter(|marked| *marked > sequence) {
            let detail = format!(
                "the store's file is damaged: commits up to {marked} were acknowledged, and it ends at {sequence}; \
                 restore a backup"
            );
            return Err(StoreError::new(ErrorKind::Damaged, detail));
        }
        let rolled_back = seen.1.load(Ordering::Relaxed);
        let recovered = seen.0.load(Ordering::Relaxed) && !clean;
        let backup = format::is_backup(&database)?;
        let rows = if options.disk_bytes == u64::MAX { 0 } else { format::bytes(&database)? };
        Ok((database, identity, Recovery { sequence, recovered, rolled_back }, backup, rows))
    });
    match opened {
        Ok((database, identity, recovery, backup, rows)) => {
            Ok(Opened { database, cut, identity, recovery, backup, rows })
        }
        Err(error) => {
            cut.off();
            Err(error)
        }
    }
}

/// Makes a copy of a store's file a store of a later epoch, which sends nothing until that is confirmed: what it holds as
/// not sent, the file that it is a copy of may have sent.
pub(super) fn adopt(handle: &Handle, opened: &mut Opened) -> Result<(), StoreError> {
    let is_copy = |born| matches!((born, handle.file().born()), (Some(then), Some(now)) if then != now);
    let adopted = contained(|| {
        if is_copy(format::born(&opened.database)?) {
            let identity = opened.identity.later(opened.identity.epoch)?;
            format::restore(&opened.database, identity, handle.file().born())?;
            (opened.identity, opened.recovery.sequence) = (identity, first_of(identity.epoch));
            // What the copy says was answered was answered by another.
            handle.mark(opened.recovery.sequence);
            handle.file().sync().map_err(disk)?;
        }
        Ok(())
    });
    adopted.inspect_err(|_| opened.cut.off())
}

/// The first bytes of every file of redb.
const MAGIC: &[u8] = b"redb\x1a\x0a\xa9\x0d\x0a";

/// The format of a file of redb that this program knows, and where its two slots, one of which counts, have theirs.
const DATABASE: u8 = 3;
const SLOTS: [u64; 2] = [64, 192];

/// Whether the file is a database at all: a typed error says more than the database's own would.
fn recognize(handle: &Handle) -> Result<(), StoreError> {
    let size = handle.file().size().map_err(disk)?;
    if size == 0 {
        let detail = "the store's file is empty; remove it where the store is new, else restore a backup";
        return Err(StoreError::new(ErrorKind::Truncated, detail));
    }
    let mut magic = [0; MAGIC.len()];
    let foreign = || StoreError::new(ErrorKind::Foreign, "the file is not a store; name another file");
    if size < MAGIC.len() as u64 {
        return Err(foreign());
    }
    handle.file().read(0, &mut magic).map_err(disk)?;
    if magic != *MAGIC {
        return Err(foreign());
    }
    is_known(handle)
}

/// Whether this program's database reads the file: it takes one of a newer version for damaged.
fn is_known(handle: &Handle) -> Result<(), StoreError> {
    if handle.file().size().map_err(disk)? <= SLOTS[1] {
        return Ok(());
    }
    let primary = SLOTS[usize::from(flags(handle)? & 1)];
    let format = byte(handle, primary)?;
    if format > DATABASE {
        let detail = format!(
            "the store's file has format {format} of its database, and this program knows {DATABASE}; run the newer \
             program, or restore a backup where there was none"
        );
        return Err(StoreError::new(ErrorKind::Newer, detail));
    }
    Ok(())
}

/// Whether the file says that it was closed: the second of redb's flags asks for recovery.
fn was_closed(handle: &Handle) -> Result<bool, StoreError> {
    Ok(flags(handle)? & 2 == 0)
}

/// redb's flags, which stand after its magic number. The first says which slot counts.
fn flags(handle: &Handle) -> Result<u8, StoreError> {
    byte(handle, MAGIC.len() as u64)
}

fn byte(handle: &Handle, at: u64) -> Result<u8, StoreError> {
    let mut byte = [0; 1];
    handle.file().read(at, &mut byte).map_err(disk)?;
    Ok(byte[0])
}
