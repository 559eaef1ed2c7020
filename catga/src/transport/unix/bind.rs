use core::fmt;
use std::io;
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::{fs, process};

use tokio::net::{UnixListener, UnixStream};

/// Why a server could not take its path.
#[derive(Debug)]
#[non_exhaustive]
pub enum BindError {
    /// Somebody listens there already.
    Taken,
    /// There is something that is no socket, and it stays.
    NotASocket,
    /// The memory takes larger parcels than the server sends.
    TooLarge {
        /// The memory's limit, in bytes.
        bytes: usize,
        /// The server's.
        limit: usize,
    },
    /// The system refused.
    Io(io::Error),
}

impl fmt::Display for BindError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Taken => f.write_str("somebody listens at this path already; stop it, or take another path"),
            Self::NotASocket => {
                f.write_str("there is a file at this path that is no socket; remove it, or take another")
            }
            Self::TooLarge { bytes, limit } => write!(
                f,
                "the memory takes parcels of {bytes} bytes, and the server sends {limit} at most; give both the same limit"
            ),
            Self::Io(error) => write!(f, "the socket could not be made: {error}"),
        }
    }
}

impl std::error::Error for BindError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io(error) => Some(error),
            Self::Taken | Self::NotASocket | Self::TooLarge { .. } => None,
        }
    }
}

impl From<io::Error> for BindError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// A socket's file; it is removed with this, unless another has taken its place.
#[derive(Debug)]
pub(super) struct Bound {
    path: PathBuf,
    device: u64,
    inode: u64,
}

impl Bound {
    /// Listens at the path, for those whom the mode allows. A file that a dead process has left is replaced.
    ///
    /// The socket is made beside and moved there when it is ready, so that nobody connects to one with
    /// other permissions.
    pub(super) async fn new(path: &Path, mode: u32) -> Result<(Self, UnixListener), BindError> {
        match fs::symlink_metadata(path) {
            Ok(there) if !there.file_type().is_socket() => return Err(BindError::NotASocket),
            Ok(_) => match UnixStream::connect(path).await {
                Ok(_) => return Err(BindError::Taken),
                Err(error) if is_left(error.kind()) => {}
                Err(error) => return Err(BindError::Io(error)),
            },
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(BindError::Io(error)),
        }
        let mut beside = path.as_os_str().to_owned();
        beside.push(format!(".{}", process::id()));
        let beside = PathBuf::from(beside);
        match fs::remove_file(&beside) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(BindError::Io(error)),
        }
        let listener = UnixListener::bind(&beside)?;
        let placed = fs::set_permissions(&beside, fs::Permissions::from_mode(mode))
            .and_then(|()| fs::symlink_metadata(&beside))
            .and_then(|there| fs::rename(&beside, path).map(|()| there));
        match placed {
            Ok(there) => Ok((Self { path: path.to_owned(), device: there.dev(), inode: there.ino() }, listener)),
            Err(error) => {
                let _gone = fs::remove_file(&beside);
                Err(BindError::Io(error))
            }
        }
    }
}

/// Nobody listens there: not any more, or gone in this moment.
fn is_left(error: io::ErrorKind) -> bool {
    matches!(error, io::ErrorKind::ConnectionRefused | io::ErrorKind::ConnectionReset | io::ErrorKind::NotFound)
}

impl Drop for Bound {
    fn drop(&mut self) {
        let is_ours =
            fs::symlink_metadata(&self.path).is_ok_and(|there| (there.dev(), there.ino()) == (self.device, self.inode));
        if is_ours {
            let _gone = fs::remove_file(&self.path);
        }
    }
}
