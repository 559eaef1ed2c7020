use super::dialect::Dialect;
use crate::error::{Class, Classify};
use crate::store::error::{ErrorKind, StoreError};

/// What an error of the database means, and what to do.
pub(super) fn failed<Db: Dialect>(error: sqlx::Error) -> StoreError {
    let kind = kind_of(&error, |error| Db::kind(error));
    StoreError::with_source(kind, detail(kind), error)
}

/// A statement of the transaction has failed before.
pub(super) fn aborted() -> StoreError {
    StoreError::new(ErrorKind::Aborted, detail(ErrorKind::Aborted))
}

fn kind_of(error: &sqlx::Error, of: impl FnOnce(&dyn sqlx::error::DatabaseError) -> ErrorKind) -> ErrorKind {
    match error {
        sqlx::Error::Database(error) => of(&**error),
        sqlx::Error::PoolTimedOut => ErrorKind::Overloaded,
        sqlx::Error::PoolClosed => ErrorKind::Closed,
        sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::WorkerCrashed | sqlx::Error::BeginFailed => {
            ErrorKind::Io
        }
        // What is read off a connection that ended in the middle.
        sqlx::Error::Protocol(_) => ErrorKind::Io,
        sqlx::Error::Decode(_) | sqlx::Error::ColumnDecode { .. } | sqlx::Error::Encode(_) => ErrorKind::Encoding,
        _ => ErrorKind::Refused,
    }
}

const fn detail(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::Conflict => "another transaction changed what this one has read; run it again",
        ErrorKind::Aborted => {
            "a statement of the transaction failed before, and its error was not handed on; hand it on, or run the statement in a savepoint"
        }
        ErrorKind::Ended => {
            "the handler has ended its transaction by a statement of its own; remove that, and look at what it wrote"
        }
        ErrorKind::Expired => "the database ended the statement or the transaction, as it took too long",
        ErrorKind::Unmigrated => "the database has no tables for delivery; run `migrate` on the store",
        ErrorKind::Full => "the database has no space left; make some",
        ErrorKind::Overloaded => "no connection, or no lock, came free in time; try again later, or enlarge the pool",
        ErrorKind::Closed => "the pool of connections is closed",
        ErrorKind::Io => "the connection to the database failed; see whether it is up",
        ErrorKind::Encoding => "a value of a row does not decode as its type",
        ErrorKind::Damaged => "the database's file is damaged; restore a backup",
        ErrorKind::Foreign => "the file is no database",
        _ => "the database refused the statement",
    }
}

/// So that a handler hands on what its own statement says: `.map_err(Error::refused)?`.
#[diagnostic::do_not_recommend]
impl Classify for sqlx::Error {
    fn class(&self) -> Class {
        meaning(self).0
    }

    fn code(&self) -> &'static str {
        meaning(self).1
    }
}

fn meaning(error: &sqlx::Error) -> (Class, &'static str) {
    let kind = kind_of(error, |error| {
        #[cfg(feature = "postgres")]
        if error.try_downcast_ref::<sqlx::postgres::PgDatabaseError>().is_some() {
            return <sqlx::Postgres as super::dialect::speaks::Speaks>::kind(error);
        }
        #[cfg(feature = "sqlite")]
        if error.try_downcast_ref::<sqlx::sqlite::SqliteError>().is_some() {
            return <sqlx::Sqlite as super::dialect::speaks::Speaks>::kind(error);
        }
        let _ = error;
        ErrorKind::Refused
    });
    let told = StoreError::new(kind, detail(kind));
    (told.class(), told.code())
}
