//! Transactions, outbox, inbox, idempotency, leases and effects inside of a database of the user's own: PostgreSQL,
//! SQLite.
//!
//! The handler's own SQL and the rows of delivery are one transaction of `sqlx`; [`Sql`] is the store, made from a
//! pool, and [`SqlTx`] the transaction, which is a connection.
//!
//! - **Isolation** is serializable. On PostgreSQL the database checks it, and `40001` and `40P01` are the kind
//!   `Conflict`; on SQLite a transaction begins as the one writer, in the order in which callers came.
//! - **The last statement is ours**: a failed statement whose error was swallowed, and a `COMMIT` by hand, are
//!   found before the commit, which would answer well.
//! - **An attempt is a savepoint**: a retry or a fallback inside of a transaction commits one attempt's rows.
//! - **Order.** Who adds a row takes a lock on its key, until the commit, before the row gets its number: rows of one
//!   key are numbered in the order of their commits. Rows of different keys are added side by side.
//! - **Claims** are rows of their own with owner, fence and time. A relay inserts or updates them and skips what
//!   another has locked; only the head of a key is claimed. Fences come from one counter that never goes back.
//! - **A lease is guarded** by its fence: a transaction under a lock commits only while that is its holder's, and a
//!   renewal is in nobody's way.
//! - What relays, leases, effects and claims do is committed by itself, and not serializable: it disturbs no handler.
//!
//! # SQLite in several processes
//! Give the file its journal, which is best `wal`, before a second connection opens it: from one connection, when the
//! file is made. SQLite does not wait for that change, whatever the busy timeout says, and of two that ask for it at
//! once one gets `database is locked`.
//!
//! # Going back
//! [`Sql::migrate`] only adds: tables, columns and indexes. A program of the version before does not run on what a newer
//! one has migrated (`Newer`), so that it cannot miss a row that it does not know of. To go back, restore the database
//! from before, or keep the newer program running; rows of messages that a program does not know are held, not lost.
//!
//! The clocks of the processes that share a database have to agree to within a lease. Where they do not, a message
//! is delivered twice with one id; the fence keeps who is late from marking, recording or committing.

mod claims;
mod dead_letters;
mod dialect;
mod effects;
mod error;
mod heard;
mod idempotency;
mod inbox;
mod lease;
mod migrate;
mod options;
mod outbox;
mod own;
mod parts;
mod port;
#[cfg(feature = "postgres")]
mod postgres;
mod reservation;
mod schedule;
mod shared;
#[expect(clippy::module_inception, reason = "the noun of this folder is the store itself")]
mod sql;
#[cfg(feature = "sqlite")]
mod sqlite;
mod tx;

pub use dialect::Dialect;
pub use migrate::Migrated;
pub use options::SqlOptions;
pub use sql::Sql;
pub use tx::SqlTx;

/// A transaction on PostgreSQL.
#[cfg(feature = "postgres")]
pub type PgTx = SqlTx<sqlx::Postgres>;

/// A transaction on SQLite.
#[cfg(feature = "sqlite")]
pub type SqliteTx = SqlTx<sqlx::Sqlite>;
