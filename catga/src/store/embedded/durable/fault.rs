use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::store::error::{ErrorKind, StoreError};

/// Runs what may panic inside redb where the file is damaged: the panic becomes an error.
///
/// What is left half done belongs to a transaction or a database that the caller then gives up.
pub(super) fn contained<T>(act: impl FnOnce() -> Result<T, StoreError>) -> Result<T, StoreError> {
    catch_unwind(AssertUnwindSafe(act)).unwrap_or_else(|panic| {
        let said = panic.downcast_ref::<String>().map(String::as_str);
        let said = said.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("nothing");
        let detail = "the store's file is damaged: the embedded database panicked; restore a backup";
        Err(StoreError::with_source(ErrorKind::Damaged, detail, said.to_owned()))
    })
}

/// What a failure of redb is to a store.
pub(super) fn failure(error: impl Into<redb::Error>) -> StoreError {
    let error = error.into();
    match error {
        redb::Error::Io(error) => disk(error),
        redb::Error::Corrupted(_) => {
            let detail = "the store's file is damaged; restore a backup, or check the disk";
            StoreError::with_source(ErrorKind::Damaged, detail, error)
        }
        redb::Error::DatabaseAlreadyOpen => in_use(),
        redb::Error::UpgradeRequired(_) => {
            let detail =
                "the store's file has a format that this program does not read; open it with the program that wrote it";
            StoreError::with_source(ErrorKind::Foreign, detail, error)
        }
        redb::Error::DatabaseClosed | redb::Error::PreviousIo => {
            let detail = "the store was opened anew after a failure of its disk; begin again";
            StoreError::with_source(ErrorKind::Io, detail, error)
        }
        redb::Error::TableTypeMismatch { .. } | redb::Error::TableDoesNotExist(_) | redb::Error::TableIsMultimap(_) => {
            StoreError::with_source(
                ErrorKind::Foreign,
                "the file is a database, but not of a store; name another file",
                error,
            )
        }
        error => StoreError::with_source(ErrorKind::Io, "the store's file could not be read or written", error),
    }
}

/// What a failure of the disk is to a store.
pub(super) fn disk(error: io::Error) -> StoreError {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
            let detail = "there is no space left for the store's file; make room, and send again";
            StoreError::with_source(ErrorKind::Full, detail, error)
        }
        io::ErrorKind::UnexpectedEof => {
            let detail = "the store's file is shorter than it was; restore a backup";
            StoreError::with_source(ErrorKind::Truncated, detail, error)
        }
        io::ErrorKind::WouldBlock => in_use(),
        kind => StoreError::with_source(ErrorKind::Io, refusal(kind), error),
    }
}

/// What to do where the system refuses a path, or its disk fails.
const fn refusal(kind: io::ErrorKind) -> &'static str {
    match kind {
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            "the store's file may not be read and written; see to its permissions, and to those of its folder"
        }
        io::ErrorKind::NotFound => {
            "the folder of the store's file is not there, or the file is gone; make the folder, or name another file"
        }
        io::ErrorKind::AlreadyExists => "there is a file already, and none is written over; name another file",
        io::ErrorKind::IsADirectory => "the path is that of a folder; name a file",
        io::ErrorKind::NotADirectory => "the path leads through a file; name another",
        _ => "the store's disk failed; check it, and send again",
    }
}

fn in_use() -> StoreError {
    let detail = "the store's file is open already; stop the other process, share the store where this one has it open, or \
        name another file";
    StoreError::new(ErrorKind::InUse, detail)
}
