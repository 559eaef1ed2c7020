use core::fmt;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

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

    /// Removes a fresh file that was not placed.
    pub(crate) fn discard(&self) {
        let fresh = self.fresh.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take();
        // Where it cannot be removed, it is in nobody's way.
        let _ = fresh.map(fs::remove_file);
    }

    fn folder(&self) -> &Path {
        self.path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
    }
}

impl Disk for SystemDisk {
    fn exists(&self) -> io::Result<bool> {
        self.path.try_exists()
    }

    fn open(&self) -> io::Result<Box<dyn DiskFile>> {
        let file = OpenOptions::new().read(true).write(true).open(&self.path)?;
        lock(&file)?;
        Ok(Box::new(SystemFile { file }))
    }

    fn fresh(&self) -> io::Result<Box<dyn DiskFile>> {
        let mut path = self.path.clone().into_os_string();
        path.push(format!(".{:016x}.new", self.name));
        let path = PathBuf::from(path);
        let file = OpenOptions::new().read(true).write(true).create_new(true).open(&path)?;
        lock(&file)?;
        *self.fresh.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(path);
        Ok(Box::new(SystemFile { file }))
    }

    fn place(&self) -> io::Result<()> {
        let fresh = self.fresh.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take();
        let fresh = fresh.ok_or(io::ErrorKind::NotFound)?;
        // A link, unlike a rename, does not replace what another process has put there meanwhile.
        match fs::hard_link(&fresh, &self.path) {
            Ok(()) => fs::remove_file(&fresh)?,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists || self.exists()? => {
                fs::remove_file(&fresh)?;
                return Err(io::ErrorKind::AlreadyExists.into());
            }
            // A file system without links.
            Err(_) => fs::rename(&fresh, &self.path)?,
        }
        // The name itself is durable only once its folder is.
        #[cfg(unix)]
        File::open(self.folder())?.sync_all()?;
        #[cfg(not(unix))]
        let _ = self.folder();
        Ok(())
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

#[derive(Debug)]
struct SystemFile {
    file: File,
}

impl DiskFile for SystemFile {
    fn size(&self) -> io::Result<u64> {
        Ok(self.file.metadata()?.len())
    }

    #[cfg(unix)]
    fn read(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        std::os::unix::fs::FileExt::read_exact_at(&self.file, buffer, offset)
    }

    #[cfg(windows)]
    fn read(&self, mut offset: u64, mut buffer: &mut [u8]) -> io::Result<()> {
        use std::os::windows::fs::FileExt as _;
        while !buffer.is_empty() {
            match self.file.seek_read(buffer, offset)? {
                0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                read => {
                    buffer = buffer.split_at_mut(read).1;
                    offset += read as u64;
                }
            }
        }
        Ok(())
    }

    #[cfg(unix)]
    fn write(&self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        std::os::unix::fs::FileExt::write_all_at(&self.file, bytes, offset)
    }

    #[cfg(windows)]
    fn write(&self, mut offset: u64, mut bytes: &[u8]) -> io::Result<()> {
        use std::os::windows::fs::FileExt as _;
        while !bytes.is_empty() {
            let written = self.file.seek_write(bytes, offset)?;
            bytes = bytes.split_at(written).1;
            offset += written as u64;
        }
        Ok(())
    }

    fn resize(&self, size: u64) -> io::Result<()> {
        self.file.set_len(size)
    }

    fn sync(&self) -> io::Result<()> {
        self.file.sync_data()
    }
}
