use futures_util::future::BoxFuture;
use sqlx::Database;
use sqlx::error::DatabaseError;

use self::speaks::Speaks;
use crate::store::error::{ErrorKind, StoreError};

/// A database that this module has the words for: `sqlx::Postgres`, `sqlx::Sqlite`.
pub trait Dialect: Speaks {}

impl<Db: Speaks> Dialect for Db {}

/// A value of a statement of ours.
#[derive(Clone, Copy, Debug)]
pub enum Value<'v> {
    /// A number.
    Int(i64),
    /// A text.
    Text(&'v str),
    /// Bytes.
    Bytes(&'v [u8]),
}

/// A value of a row.
#[derive(Clone, Debug)]
pub enum Cell {
    /// None.
    Null,
    /// A number.
    Int(i64),
    /// A text.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
}

/// What a statement did.
#[derive(Debug, Default)]
pub struct Done {
    /// How many rows it wrote.
    pub affected: u64,
    /// What it answered.
    pub rows: Vec<Cells>,
}

/// A row.
#[derive(Debug)]
pub struct Cells(pub Vec<Cell>);

impl Cells {
    pub(super) fn int(&self, index: usize) -> Result<i64, StoreError> {
        match self.0.get(index) {
            Some(Cell::Int(number)) => Ok(*number),
            _ => Err(unlike()),
        }
    }

    /// A number that is kept as the signed one of the same bits.
    pub(super) fn bits(&self, index: usize) -> Result<u64, StoreError> {
        self.int(index).map(i64::cast_unsigned)
    }

    pub(super) fn number(&self, index: usize) -> Result<u32, StoreError> {
        u32::try_from(self.int(index)?).map_err(|_| unlike())
    }

    pub(super) fn text(&mut self, index: usize) -> Result<String, StoreError> {
        match self.0.get_mut(index) {
            Some(Cell::Text(text)) => Ok(core::mem::take(text)),
            _ => Err(unlike()),
        }
    }

    pub(super) fn bytes(&mut self, index: usize) -> Result<Vec<u8>, StoreError> {
        match self.0.get_mut(index) {
            Some(Cell::Bytes(bytes)) => Ok(core::mem::take(bytes)),
            _ => Err(unlike()),
        }
    }

    pub(super) fn is_null(&self, index: usize) -> bool {
        matches!(self.0.get(index), Some(Cell::Null))
    }
}

fn unlike() -> StoreError {
    let detail = "a row of a `catga_` table is not what this program writes there; see who else writes to it";
    StoreError::new(ErrorKind::Damaged, detail)
}

/// What becomes of a commit whose answer was lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is there.
    Committed,
    /// It is not.
    RolledBack,
    /// Nobody knows.
    Unknown,
}

pub(super) mod speaks {
    use super::*;

    /// The words of a database.
    pub trait Speaks: Database<Connection: Sync> {
        /// Begins a handler's transaction, and its first savepoint.
        const BEGIN: &'static str;
        /// The same beside one that waits for it: what that has locked is not waited for without an end.
        const BEGIN_APART: &'static str;
        /// Begins a transaction of our own.
        const BEGIN_OWN: &'static str;
        /// The last statement before a commit: it fails where the transaction has failed or ended. What it answers
        /// names the transaction.
        const LAST: &'static str;
        /// Whether one transaction at a time is all that the database takes.
        const ONE_WRITER: bool;
        /// The words that replace `{serial}` and `{bytes}` in the tables' definitions.
        const TYPES: (&'static str, &'static str);
        /// What belongs to the tables besides.
        const BESIDES: &'static str;
        /// One at a time migrates, or sets the fences, from here to the commit.
        const MIGRATING: &'static str;
        /// The next fence, and the home that the store was last confirmed at.
        const FENCE: &'static str;
        /// Sets the fences to go on above `$1`, where they do not yet: they are drawn meanwhile.
        const FENCES_ABOVE: &'static str;
        /// A row for the outbox `$1` with key `$2`, id `$3`, name `$4`, body `$5` and time `$6`, under the lock `$7`.
        const ADD: &'static str;
        /// Locks nothing that another has locked.
        const SKIP_LOCKED: &'static str;
        /// Whether a key of an outbox is a relay's, until the transaction has ended: outbox, key, owner and fence.
        const HELD: &'static str;
        /// The keys of the outbox `$1` from `$2` on that nobody has claimed: up to `$3`.
        const READY: &'static str;
        /// The first `$3` rows of the outbox `$1` of each key of the list `$2`.
        const FIRST: &'static str;
        /// Keeps the lease `$1` of the owner `$2` with the fence `$3` from being taken over until the commit, and
        /// answers with a row where that is still the holder's. A renewal is in nobody's way.
        const GUARD: &'static str;
        /// An idempotency key is claimed, in one statement that draws its fence; none where that takes more.
        const CLAIM_FENCE: Option<&'static str>;

        /// A list of bytes, written in hexadecimal digits.
        fn bytes_of(parameter: &str) -> String;
        /// A list of numbers.
        fn numbers_of(parameter: &str) -> String;

        /// Runs a statement.
        fn run<'c>(
            conn: &'c mut Self::Connection,
            sql: sqlx::SqlStr,
            values: &[Value<'_>],
        ) -> BoxFuture<'c, Result<Done, sqlx::Error>>;
        /// Runs statements without values.
        fn script<'c>(conn: &'c mut Self::Connection, sql: sqlx::SqlStr) -> BoxFuture<'c, Result<Done, sqlx::Error>>;
        /// Where the database is.
        fn home(conn: &mut Self::Connection) -> BoxFuture<'_, Result<String, sqlx::Error>>;
        /// Whether a commit whose answer was lost is there: that of the transaction of this name.
        fn fate<'c>(conn: &'c mut Self::Connection, transaction: &'c str) -> BoxFuture<'c, Fate>;
        /// What an error of the database means.
        fn kind(error: &dyn DatabaseError) -> ErrorKind;
        /// Whether the error came with the end of the connection, so that it says nothing of a commit.
        fn is_end(error: &dyn DatabaseError) -> bool;
    }

    /// `run` and `script`, which are the same text for each database.
    macro_rules! runs {
        ($cells:path) => {
            fn run<'c>(
                conn: &'c mut Self::Connection,
                sql: sqlx::SqlStr,
                values: &[Value<'_>],
            ) -> BoxFuture<'c, Result<Done, sqlx::Error>> {
                let mut query = sqlx::query::<Self>(sql);
                for value in values {
                    query = match *value {
                        Value::Int(number) => query.bind(number),
                        Value::Text(text) => query.bind(text.to_owned()),
                        Value::Bytes(bytes) => query.bind(bytes.to_vec()),
                    };
                }
                Box::pin(async move {
                    let mut done = Done::default();
                    let mut steps = sqlx::Executor::fetch_many(conn, query);
                    while let Some(step) = futures_util::TryStreamExt::try_next(&mut steps).await? {
                        match step {
                            sqlx::Either::Left(result) => done.affected += result.rows_affected(),
                            sqlx::Either::Right(row) => done.rows.push($cells(&row)?),
                        }
                    }
                    Ok(done)
                })
            }

            fn script<'c>(
                conn: &'c mut Self::Connection,
                sql: sqlx::SqlStr,
            ) -> BoxFuture<'c, Result<Done, sqlx::Error>> {
                Box::pin(async move {
                    let mut done = Done::default();
                    let mut steps = sqlx::Executor::fetch_many(conn, sqlx::raw_sql(sql));
                    while let Some(step) = futures_util::TryStreamExt::try_next(&mut steps).await? {
                        match step {
                            sqlx::Either::Left(result) => done.affected += result.rows_affected(),
                            sqlx::Either::Right(row) => done.rows.push($cells(&row)?),
                        }
                    }
                    Ok(done)
                })
            }
        };
    }

    pub(in crate::store::sql) use runs;
}
