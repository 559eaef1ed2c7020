use core::fmt;
use core::time::Duration;
use std::borrow::Cow;
use std::sync::Arc;

use crate::error::{Class, Classify};

/// What a store could not do, and what that means for the caller.
///
/// It is cheap to clone: all members of one commit group may be told of one failure.
#[derive(Clone)]
pub struct StoreError(Arc<Inner>);

struct Inner {
    kind: ErrorKind,
    detail: Cow<'static, str>,
    source: Option<Box<dyn core::error::Error + Send + Sync>>,
}

/// The kinds of [`StoreError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// Somebody else changed what was read. Nothing happened: run again from fresh state.
    Conflict,
    /// The commit was handed over and its answer is not known: it may have happened.
    Unknown,
    /// The transaction is older than it may become. Nothing happened.
    Expired,
    /// A transaction was begun inside another of the same store. Nothing happened.
    Nested,
    /// More transactions wait than the store takes. Nothing happened: try again later.
    Overloaded,
    /// A key, a value or a transaction is larger than the store's limits.
    TooLarge,
    /// The store is closed.
    Closed,
    /// Another process, or another handle of this one, has the file open.
    InUse,
    /// The file is not a store.
    Foreign,
    /// The file, or a record in it, was written by a newer version.
    Newer,
    /// The file was written by an older version, in a layout that this one does not read.
    Older,
    /// The file is shorter than it was.
    Truncated,
    /// The file, or a record in it, is not what was written.
    Damaged,
    /// There is no space left for the file.
    Full,
    /// The disk failed, or the connection to the database.
    Io,
    /// A value could not be encoded or decoded.
    Encoding,
    /// A lease, or a claim, is no longer the caller's.
    Lost,
    /// An idempotency key came again with another request.
    Mismatch,
    /// Somebody else is at it; ask again after this long.
    InProgress {
        /// How long the other may hold it without renewing.
        retry_after: Duration,
    },
    /// What was asked for is not there.
    Missing,
    /// The file is a backup, which is restored and not opened.
    Backup,
    /// The store was restored from a backup, or is a copy of its file, and nothing is sent until an operator has
    /// confirmed it.
    Held,
    /// A statement of the transaction failed in the database, and whoever ran it went on: nothing of the transaction
    /// can be committed. Nothing happened.
    Aborted,
    /// The transaction was ended from inside, by a `COMMIT` or `ROLLBACK` of the handler's own. What it wrote, before
    /// and after, may be there, each part without the other.
    Ended,
    /// The database refused a statement: its text, or a constraint. Nothing happened.
    Refused,
    /// The database has none of the tables that it is to have, or older ones: run `migrate`.
    Unmigrated,
}

impl StoreError {
    pub(crate) fn new(kind: ErrorKind, detail: impl Into<Cow<'static, str>>) -> Self {
        Self(Arc::new(Inner { kind, detail: detail.into(), source: None }))
    }

    pub(crate) fn with_source(
        kind: ErrorKind,
        detail: impl Into<Cow<'static, str>>,
        source: impl Into<Box<dyn core::error::Error + Send + Sync>>,
    ) -> Self {
        Self(Arc::new(Inner { kind, detail: detail.into(), source: Some(source.into()) }))
    }

    /// A transaction has become too old.
    pub(crate) fn expired() -> Self {
        let detail = "the transaction is older than the store allows; do what waits for others outside of it";
        Self::new(ErrorKind::Expired, detail)
    }

    /// Which kind it is: what tests and programs ask.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }
}

// Who forgot their own would be shown this one.
#[diagnostic::do_not_recommend]
impl Classify for StoreError {
    fn class(&self) -> Class {
        match self.0.kind {
            ErrorKind::Conflict => Class::Conflict,
            ErrorKind::Unknown => Class::Unknown,
            ErrorKind::Expired
            | ErrorKind::Overloaded
            | ErrorKind::InUse
            | ErrorKind::Full
            | ErrorKind::Io
            | ErrorKind::InProgress { .. } => Class::Transient,
            _ => Class::Permanent,
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        match self.0.kind {
            ErrorKind::InProgress { retry_after } => Some(retry_after),
            _ => None,
        }
    }

    fn code(&self) -> &'static str {
        match self.0.kind {
            ErrorKind::Conflict => "catga.store.conflict",
            ErrorKind::Unknown => "catga.store.unknown",
            ErrorKind::Expired => "catga.store.expired",
            ErrorKind::Nested => "catga.store.nested",
            ErrorKind::Overloaded => "catga.store.overloaded",
            ErrorKind::TooLarge => "catga.store.too_large",
            ErrorKind::Closed => "catga.store.closed",
            ErrorKind::InUse => "catga.store.in_use",
            ErrorKind::Foreign => "catga.store.foreign",
            ErrorKind::Newer => "catga.store.newer",
            ErrorKind::Older => "catga.store.older",
            ErrorKind::Truncated => "catga.store.truncated",
            ErrorKind::Damaged => "catga.store.damaged",
            ErrorKind::Full => "catga.store.full",
            ErrorKind::Io => "catga.store.io",
            ErrorKind::Encoding => "catga.store.encoding",
            ErrorKind::Lost => "catga.store.lost",
            ErrorKind::Mismatch => "catga.store.mismatch",
            ErrorKind::InProgress { .. } => "catga.store.in_progress",
            ErrorKind::Missing => "catga.store.missing",
            ErrorKind::Backup => "catga.store.backup",
            ErrorKind::Held => "catga.store.held",
            ErrorKind::Aborted => "catga.store.aborted",
            ErrorKind::Ended => "catga.store.ended",
            ErrorKind::Refused => "catga.store.refused",
            ErrorKind::Unmigrated => "catga.store.unmigrated",
        }
    }
}

impl core::error::Error for StoreError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        self.0.source.as_deref().map(|source| source as &(dyn core::error::Error + 'static))
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.detail)
    }
}

impl fmt::Debug for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoreError")
            .field("kind", &self.0.kind)
            .field("detail", &self.0.detail)
            .field("source", &self.0.source)
            .finish()
    }
}
