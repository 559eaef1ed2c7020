//! The scenarios' database: a file in a folder of its own.

use std::path::PathBuf;
use std::sync::Arc;

use catga::store::Sql;
use catga::store::sql::{SqlOptions, SqliteTx};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions};
use sqlx::{ConnectOptions as _, Connection as _, SqlitePool};
use tempfile::TempDir;

pub use super::nodes::{count, counted, counting, fresh, timed};
use crate::server::PATIENCE;

pub struct Main;
pub type Db = sqlx::Sqlite;
pub type Tx = SqliteTx;
pub type Base = Sql<Db, Main>;

/// Whether one transaction at a time is all that the database takes.
pub const ONE_WRITER: bool = true;

/// A file, and its folder, which goes with the last that is in it.
#[derive(Clone)]
pub struct Place(PathBuf, Option<Arc<TempDir>>);

impl Place {
    pub async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.db");
        Self(file, Some(Arc::new(folder))).alone_at_first().await
    }

    /// With its journal as it stays. The change takes the file alone, and SQLite does not wait for that, however long
    /// a connection says that it would: so it is made before there are others.
    async fn alone_at_first(self) -> Self {
        let options = self.options().create_if_missing(true).journal_mode(SqliteJournalMode::Wal);
        options.connect().await.unwrap().close().await.unwrap();
        self
    }

    fn options(&self) -> SqliteConnectOptions {
        SqliteConnectOptions::new().filename(&self.0).busy_timeout(PATIENCE)
    }

    pub async fn pool(&self, size: u32) -> SqlitePool {
        let pool = SqlitePoolOptions::new().max_connections(size).acquire_timeout(PATIENCE);
        pool.connect_with(self.options()).await.unwrap()
    }

    /// Its name, for another process.
    pub fn name(&self) -> String {
        self.0.to_str().unwrap().to_owned()
    }

    /// The place of this name, whose folder is another process's.
    pub fn named(name: &str) -> Self {
        Self(name.into(), None)
    }

    /// Another node on the same database, not migrated.
    pub async fn node<D: 'static>(&self, size: u32, options: SqlOptions) -> Sql<Db, D> {
        Sql::with(self.pool(size).await, options)
    }

    /// There is no connection that could be ended from outside.
    pub async fn end_connections(&self) {}

    /// A copy of the file, put elsewhere.
    pub async fn copy(&self) -> Self {
        let copy = self.0.with_file_name("copy.db");
        let pool = self.pool(1).await;
        sqlx::query("vacuum into $1").bind(copy.to_str().unwrap().to_owned()).execute(&pool).await.unwrap();
        Self(copy, self.1.clone()).alone_at_first().await
    }
}
