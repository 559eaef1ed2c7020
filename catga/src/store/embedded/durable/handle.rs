use std::collections::BTreeMap;
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use redb::StorageBackend;

use super::disk::DiskFile;

/// Where the mark is: at the end of the file's first page, of which redb uses the first 320 bytes.
///
/// A commit of redb is one sync, so after a crash a damaged last commit looks like one that was torn, and is
/// rolled back. The mark tells the two apart: it is written after the sync, so what it names was durable.
const MARK: u64 = 4096 - MARK_SIZE as u64;
const MARK_SIZE: usize = 12;

/// The open file, as it outlives the databases that are opened over it one after the other.
#[derive(Debug)]
pub(super) struct Handle {
    file: Box<dyn DiskFile>,
    /// What was written since the last sync that succeeded, offset and length, some of it more than once.
    unsynced: Mutex<Vec<(u64, u64)>>,
    /// How many bytes the file has.
    size: AtomicU64,
}

impl Handle {
    pub(super) fn new(file: Box<dyn DiskFile>) -> Arc<Self> {
        // What cannot be asked is found out when the file is used.
        let size = AtomicU64::new(file.size().unwrap_or(0));
        Arc::new(Self { file, unsynced: Mutex::default(), size })
    }

    pub(super) fn file(&self) -> &dyn DiskFile {
        &*self.file
    }

    /// How many bytes the file has.
    pub(super) fn size(&self) -> u64 {
        self.size.load(Ordering::Relaxed)
    }

    fn resize(&self, size: u64) -> io::Result<()> {
        self.file.resize(size)?;
        self.size.store(size, Ordering::Relaxed);
        Ok(())
    }

    fn unsynced(&self) -> MutexGuard<'_, Vec<(u64, u64)>> {
        self.unsynced.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        // Noted first: a write that fails may have changed something.
        self.unsynced().push((offset, bytes.len() as u64));
        self.file.write(offset, bytes)
    }

    fn sync(&self) -> io::Result<()> {
        self.file.sync()?;
        self.unsynced().clear();
        Ok(())
    }

    /// Notes how far callers were answered, without a sync.
    pub(super) fn mark(&self, sequence: u64) {
        let sum = crc32c::crc32c(&sequence.to_be_bytes());
        let mut mark = [0; MARK_SIZE];
        mark[..8].copy_from_slice(&sequence.to_be_bytes());
        mark[8..].copy_from_slice(&sum.to_be_bytes());
        // It only ever helps to find damage: where it cannot be written, there is less help.
        let _ = self.file.write(MARK, &mark);
    }

    /// How far callers were answered, at least.
    pub(super) fn marked(&self) -> Option<u64> {
        let mut mark = [0; MARK_SIZE];
        self.file.read(MARK, &mut mark).ok()?;
        let (sequence, sum) = mark.split_first_chunk::<8>()?;
        let right = u32::from_be_bytes(*sum.first_chunk::<4>()?) == crc32c::crc32c(sequence);
        (right && *sequence != [0; 8]).then(|| u64::from_be_bytes(*sequence))
    }

    /// Makes durable what a failed sync may have lost.
    ///
    /// A sync is never tried again: the system may have marked the pages as clean, so that the next sync
    /// succeeds without them while every read still finds them in memory. They are written once more and
    /// are dirty again; what the system has dropped comes back from the disk as it is there, and the
    /// database's own sums tell the two apart when it is opened.
    /// Source: Rebello et al., "Can Applications Recover from fsync Failures?", USENIX ATC 2020.
    pub(super) fn rewrite(&self) -> io::Result<()> {
        let mut ranges = BTreeMap::new();
        for (offset, length) in self.unsynced().iter() {
            let longest: &mut u64 = ranges.entry(*offset).or_default();
            *longest = (*longest).max(*length);
        }
        if ranges.is_empty() {
            return Ok(());
        }
        let size = self.file.size()?;
        let mut buffer = Vec::new();
        for (offset, length) in ranges {
            let length = length.min(size.saturating_sub(offset));
            buffer.resize(usize::try_from(length).unwrap_or(usize::MAX), 0);
            if !buffer.is_empty() {
                self.file.read(offset, &mut buffer)?;
                self.file.write(offset, &buffer)?;
            }
        }
        self.sync()
    }
}

/// What the embedded database is given: the handle, until it is cut off.
#[derive(Debug)]
pub(super) struct Backend {
    handle: Arc<Handle>,
    cut: Arc<RwLock<bool>>,
}

/// Cuts a database off from its file, so that one that failed writes nothing more, not even while it is
/// dropped, and snapshots of it read nothing that a later one wrote.
#[derive(Debug)]
pub(super) struct Cut(Arc<RwLock<bool>>);

impl Cut {
    /// Waits for what is under way.
    pub(super) fn off(&self) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = true;
    }
}

impl Backend {
    pub(super) fn new(handle: Arc<Handle>) -> (Self, Cut) {
        let cut = Arc::new(RwLock::new(false));
        (Self { handle, cut: Arc::clone(&cut) }, Cut(cut))
    }

    fn with<T>(&self, act: impl FnOnce(&Handle) -> io::Result<T>) -> io::Result<T> {
        let cut = self.cut.read().unwrap_or_else(PoisonError::into_inner);
        if *cut {
            return Err(io::Error::other("the database was closed after a failure of its disk"));
        }
        act(&self.handle)
    }
}

impl StorageBackend for Backend {
    fn len(&self) -> io::Result<u64> {
        self.with(|handle| handle.file.size())
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        self.with(|handle| handle.file.read(offset, out))
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        self.with(|handle| handle.resize(len))
    }

    fn sync_data(&self) -> io::Result<()> {
        self.with(Handle::sync)
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        self.with(|handle| handle.write(offset, data))
    }
}
