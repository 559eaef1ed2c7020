use core::fmt;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::file::SystemFile;

/// The port to where a store's file lies: a folder in production, a faulty one in a simulation.
pub trait Disk: Send + Sync + 'static {
    /// Whether the file is there.
    ///
    /// # Errors
    /// The disk failed.
    fn exists(&self) -> io::Result<bool>;

    /// Opens the file for this process alone.
    ///
    /// # Errors
    /// `WouldBlock` where somebody else has it open; else what the disk says.
    fn open(&self) -> io::Result<Box<dyn DiskFile>>;

    /// An empty file beside the place, to be filled and then [placed](Self::place).
    ///
    /// # Errors
    /// The disk failed.
    fn fresh(&self) -> io::Result<Box<dyn DiskFile>>;

    /// Puts the fresh file, which is complete and synced, into its place: durably, in one step, and never
    /// over a file that is there already, which then stays (`AlreadyExists`).
    ///
    /// # Errors
    /// The disk failed.
    fn place(&self) -> io::Result<()>;

    /// Removes a fresh file that could not be placed, or not be filled; what cannot be removed is in nobody's way.
    fn discard(&self) {}
}

/// An open file of a [`Disk`].
pub trait DiskFile: fmt::Debug + Send + Sync + 'static {
    /// Its length in bytes.
    ///
    /// # Errors
    /// The disk failed.
    fn size(&self) -> io::Result<u64>;

    /// Fills the buffer from the offset on.
    ///
    /// # Errors
    /// `UnexpectedEof` where the file ends before; else what the disk says.
    fn read(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()>;

    /// Writes at the offset.
    ///
    /// # Errors
    /// The disk failed; some of the bytes may be written.
    fn write(&self, offset: u64, bytes: &[u8]) -> io::Result<()>;

    /// Cuts the file, or extends it with zeros.
    ///
    /// # Errors
    /// The disk failed.
    fn resize(&self, size: u64) -> io::Result<()>;

    /// Returns when all that was written is durable.
    ///
    /// # Errors
    /// The disk failed: nothing is known then of what was written since the last sync that succeeded.
    fn sync(&self) -> io::Result<()>;

    /// When the file was made, in nanoseconds since 1970, where the disk knows it: so that a copy of it is told from the
    /// file itself, whatever its name is. Nothing is told where it is not known, which it is not unless said.
    fn born(&self) -> Option<u128> {
        None
    }
}

/// A file of the system.
#[derive(Debug)]
pub(crate) struct SystemDisk {
    path: PathBuf,
    fresh: Mutex<Option<PathBuf>>,
    /// Sets the names of two fresh files apart.
    name: u64,
}

impl SystemDisk {
    pub(crate) fn new(path: &Path, name: u64) -> Self {
        Self { path: path.to_path_buf(), fresh: Mutex::default(), name }
    }

    fn name(&self) -> MutexGuard<'_, Option<PathBuf>> {
        self.fresh.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts the fresh file into the place of the one that is there, durably and in one step, and says under which name
    /// that one is kept. The place is never empty: whoever ends in between leaves the one or the other there.
    pub(crate) fn replace(&self, kept: &str) -> io::Result<PathBuf> {
        let fresh = self.name().clone().ok_or(io::ErrorKind::NotFound)?;
        let kept = self.keep(kept)?;
        // The other name first, whatever the order in which the folder is written.
        let replaced = self.sync_folder().and_then(|()| fs::rename(&fresh, &self.path));
        if let Err(error) = replaced {
            // It is still in its place.
            let _ = fs::remove_file(&kept);
            return Err(error);
        }
        *self.name() = None;
        self.sync_folder()?;
        Ok(kept)
    }

    /// Gives the file that is in the place a second name, with this at its end.
    fn keep(&self, with: &str) -> io::Result<PathBuf> {
        for number in 0u64.. {
            let mut name = self.path.clone().into_os_string();
            name.push(with);
            if number > 0 {
                name.push(format!(".{number}"));
            }
            let name = PathBuf::from(name);
            // A file system without links has copies.
            match fs::hard_link(&self.path, &name).or_else(|error| match error.kind() {
                io::ErrorKind::AlreadyExists | io::ErrorKind::NotFound => Err(error),
                _ => copy(&self.path, &name),
            }) {
                Ok(()) => return Ok(name),
                // Who ended in between has left it there.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists && is_one(&self.path, &name)? => {
                    return Ok(name);
                }
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
        Err(io::ErrorKind::AlreadyExists.into())
    }

    /// A name is durable only once its folder is.
    #[cfg(unix)]
    fn sync_folder(&self) -> io::Result<()> {
        let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        File::open(folder)?.sync_all()
    }

    #[cfg(not(unix))]
    fn sync_folder(&self) -> io::Result<()> {
        Ok(())
    }
}

/// Copies a file under a name that nobody has.
fn copy(from: &Path, to: &Path) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(to)?;
    let copied = File::open(from).and_then(|mut from| io::copy(&mut from, &mut file)).and_then(|_| file.sync_all());
    copied.inspect_err(|_| drop(fs::remove_file(to)))
}

/// Whether two names are of one file, as far as the system says.
#[cfg(unix)]
fn is_one(one: &Path, other: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt as _;
    let (one, other) = (fs::metadata(one)?, fs::metadata(other)?);
    Ok((one.dev(), one.ino()) == (other.dev(), other.ino()))
}

#[cfg(not(unix))]
fn is_one(_: &Path, _: &Path) -> io::Result<bool> {
    Ok(false)
}

impl Disk for SystemDisk {
    fn exists(&self) -> io::Result<bool> {
        self.path.try_exists()
    }

    fn open(&self) -> io::Result<Box<dyn DiskFile>> {
        let file = OpenOptions::new().read(true).write(true).open(&self.path)?;
        lock(&file)?;
        Ok(Box::new(SystemFile::new(file)?))
    }

    fn fresh(&self) -> io::Result<Box<dyn DiskFile>> {
        let mut path = self.path.clone().into_os_string();
        path.push(format!(".{:016x}.new", self.name));
        let path = PathBuf::from(path);
        let file = OpenOptions::new().read(true).write(true).create_new(true).open(&path)?;
        *self.name() = Some(path);
        lock(&file).inspect_err(|_| self.discard())?;
        Ok(Box::new(SystemFile::new(file)?))
    }

    fn place(&self) -> io::Result<()> {
        let fresh = self.name().clone().ok_or(io::ErrorKind::NotFound)?;
        // A link, unlike a rename, does not replace what another process has put there meanwhile.
        match fs::hard_link(&fresh, &self.path) {
            Ok(()) => self.discard(),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists || self.exists()? => {
                self.discard();
                return Err(io::ErrorKind::AlreadyExists.into());
            }
            // A file system without links.
            Err(_) => {
                fs::rename(&fresh, &self.path)?;
                *self.name() = None;
            }
        }
        self.sync_folder()
    }

    fn discard(&self) {
        let fresh = self.name().take();
        let _ = fresh.map(fs::remove_file);
    }
}

/// Held for as long as the file is open, by this process alone.
fn lock(file: &File) -> io::Result<()> {
    match file.try_lock() {
        Ok(()) => Ok(()),
        Err(TryLockError::WouldBlock) => Err(io::ErrorKind::WouldBlock.into()),
        Err(TryLockError::Error(error)) => Err(error),
    }
}
