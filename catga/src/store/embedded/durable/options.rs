use core::fmt;
use std::io;
use std::path::Path;
use std::sync::Arc;

use super::disk::{Disk, SystemDisk};
use super::durable::Durable;
use super::fault::{contained, disk, failure};
use super::format;
use super::handle::{Backend, Handle};
use crate::store::error::StoreError;
use crate::store::identity::{Identity, StoreId};
use crate::time::{Random, SystemRandom};

/// How a file is opened. Made by [`Durable::options`].
pub struct DurableOptions {
    pub(super) verify: bool,
    pub(super) cache: usize,
    pub(super) disk_bytes: u64,
    pub(super) random: Arc<dyn Random>,
}

impl fmt::Debug for DurableOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DurableOptions")
            .field("verify", &self.verify)
            .field("cache", &self.cache)
            .field("disk_bytes", &self.disk_bytes)
            .finish_non_exhaustive()
    }
}

impl Default for DurableOptions {
    fn default() -> Self {
        Self { verify: true, cache: 256 << 20, disk_bytes: u64::MAX, random: Arc::new(SystemRandom) }
    }
}

impl DurableOptions {
    /// Whether every page is verified on open, at about 0.5 GB/s; it is, by default.
    ///
    /// Without it, a bit that flipped after a clean close may hide rows, and nothing says so.
    #[must_use]
    pub fn verify(mut self, verify: bool) -> Self {
        self.verify = verify;
        self
    }

    /// How many bytes of the file are kept in memory at most; 256 MiB by default.
    #[must_use]
    pub fn cache(mut self, bytes: usize) -> Self {
        self.cache = bytes;
        self
    }

    /// How many bytes the file may have before it takes no more of what comes in; no limit, by default. Name less than
    /// the disk has: at a full disk what drains the store fails as well.
    ///
    /// Then what is `Transactional` or `Idempotent` is refused with `catga.store.overloaded` before its handler runs, and
    /// what a relay delivers goes on: what its handlers write in turn has rows of an eighth of the limit, and what it
    /// marks and gives up is always taken. The file does not become smaller by that, and its space is used again: the
    /// intake goes on where the rows have less than half of the limit, or the file is smaller after a
    /// [compaction](Durable::compact). A file grows in steps that may be large, so that half of the limit may be all that
    /// it takes. With a limit, opening counts the bytes of all rows.
    #[must_use]
    pub fn disk_bytes(mut self, limit: u64) -> Self {
        self.disk_bytes = limit;
        self
    }

    /// Where the number of a new store is drawn from.
    #[must_use]
    pub fn random(mut self, random: impl Random + 'static) -> Self {
        self.random = Arc::new(random);
        self
    }

    /// Opens the file at the path, or makes it.
    ///
    /// A new file is made under another name and put into its place when it is complete: a power failure
    /// leaves a whole store or none.
    ///
    /// A copy of a store's file, made by other means than a [backup](Durable::backup), is a store of a later epoch, as one
    /// that was restored: it sends nothing until that is [confirmed](crate::store::Store::confirm). It is told by when its
    /// file was made, so it is not noticed where the file system does not say that, or where the copy was written into the
    /// file that is there (`cp` over it): remove that first.
    ///
    /// # Errors
    /// `InUse`, `Foreign`, `Newer`, `Older`, `Backup`, `Truncated`, `Damaged`, `Full`, `Io`.
    pub fn open(self, path: impl AsRef<Path>) -> Result<Durable, StoreError> {
        let disk = SystemDisk::new(path.as_ref(), self.random.next());
        self.open_on(disk)
    }

    /// Opens the file of a disk of the caller's own, or makes it.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn open_on(self, on: impl Disk) -> Result<Durable, StoreError> {
        if !on.exists().map_err(disk)? {
            self.make(&on)?;
        }
        let handle = Handle::new(on.open().map_err(disk)?);
        Durable::over(handle, self)
    }

    /// Makes the file; nothing is left of one that could not be made.
    fn make(&self, on: &impl Disk) -> Result<(), StoreError> {
        let made = self.fill(on).and_then(|()| match on.place() {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
            placed => placed.map_err(disk),
        });
        made.inspect_err(|_| on.discard())
    }

    fn fill(&self, on: &impl Disk) -> Result<(), StoreError> {
        let identity = Identity { id: StoreId::drawn(&*self.random), epoch: 0 };
        let handle = Handle::new(on.fresh().map_err(disk)?);
        contained(|| {
            let (backend, _cut) = Backend::new(Arc::clone(&handle));
            let database = redb::Builder::new().create_with_backend(backend).map_err(failure)?;
            format::create(&database, identity, handle.file().born())?;
            database.close().map_err(failure)
        })?;
        // Closed, and so unlocked, before somebody may find it.
        handle.file().sync().map_err(disk)
    }
}
