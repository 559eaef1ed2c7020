use core::fmt;
use core::ops::{Deref, DerefMut};
use std::sync::Arc;

use sqlx::SqlSafeStr as _;
use tokio::sync::OwnedSemaphorePermit;

use super::dialect::{Dialect, Done, Fate, Value};
use super::error::{aborted, failed};
use super::shared::Shared;
use crate::store::error::{ErrorKind, StoreError};
use crate::store::identity::StoreId;
use crate::time::Instant;

/// A transaction in a database of the user's own. It is a connection: `sqlx::query(..).execute(&mut **cx.tx())`.
///
/// It is serializable, and commits with the message. A nested transaction of `sqlx` (`cx.tx().begin()`) is a
/// savepoint in it: a statement that may fail runs in one, as PostgreSQL commits nothing after a failed statement.
///
/// Dropped without a commit, nothing happened.
pub struct SqlTx<Db: Dialect> {
    pub(super) shared: Arc<Shared<Db>>,
    pub(super) id: StoreId,
    tx: sqlx::Transaction<'static, Db>,
    _turn: Option<OwnedSemaphorePermit>,
    begun: Instant,
    savepoints: Savepoints,
    /// A statement has failed, and the transaction was ended for that: nothing of it is committed any more.
    is_over: bool,
}

/// The savepoints of a transaction: `catga_1`, `catga_2` and so on, each inside of the one before.
struct Savepoints {
    /// How many there are.
    depth: u32,
    /// Whether nothing was written since the last.
    is_fresh: bool,
    /// Which one is to be rolled back to.
    undo: Option<u32>,
}

impl<Db: Dialect> SqlTx<Db> {
    pub(super) async fn begin(shared: &Arc<Shared<Db>>) -> Result<Self, StoreError> {
        Self::begin_by(shared, Db::BEGIN).await
    }

    pub(super) async fn begin_by(shared: &Arc<Shared<Db>>, begin: &'static str) -> Result<Self, StoreError> {
        // Before it has a connection: it may be the only one.
        let id = shared.id().await?;
        let turn = shared.turn().await?;
        let begun = shared.now();
        let tx = shared.begin(begin).await?;
        let savepoints = Savepoints { depth: 1, is_fresh: true, undo: None };
        Ok(Self { shared: Arc::clone(shared), id, tx, _turn: turn, begun, savepoints, is_over: false })
    }

    pub(super) async fn run(&mut self, sql: &'static str, values: &[Value<'_>]) -> Result<Done, StoreError> {
        self.undo().await?;
        self.shared.not_too_old(self.begun)?;
        self.savepoints.is_fresh = false;
        Db::run(&mut self.tx, sql.into_sql_str(), values).await.map_err(failed::<Db>)
    }

    pub(super) async fn savepoint(&mut self) -> Result<u32, StoreError> {
        self.undo().await?;
        if !self.savepoints.is_fresh {
            let depth = self.savepoints.depth + 1;
            self.script(format!("savepoint catga_{depth}")).await?;
            self.savepoints.depth = depth;
        }
        // The handler that runs now may write.
        self.savepoints.is_fresh = false;
        Ok(self.savepoints.depth)
    }

    pub(super) fn take_back(&mut self, to: u32) {
        self.savepoints.undo = Some(self.savepoints.undo.map_or(to, |undo| undo.min(to)));
    }

    /// Asks what is there now, where a statement has failed: what was written is rolled back first, and nothing of the
    /// transaction is committed any more.
    pub(super) async fn ask_anew(&mut self, sql: &'static str, values: &[Value<'_>]) -> Result<Done, StoreError> {
        self.is_over = true;
        // For `sqlx` the transaction is open still, and so is another in its place: that is rolled back with this one.
        self.script("rollback and chain".to_owned()).await?;
        Db::run(&mut self.tx, sql.into_sql_str(), values).await.map_err(failed::<Db>)
    }

    /// Rolls back to the savepoint that is to be rolled back to.
    pub(super) async fn undo(&mut self) -> Result<(), StoreError> {
        if self.is_over {
            return Err(aborted());
        }
        let Some(to) = self.savepoints.undo else { return Ok(()) };
        self.script(format!("rollback to savepoint catga_{to}")).await?;
        self.savepoints = Savepoints { depth: to, is_fresh: true, undo: None };
        Ok(())
    }

    async fn script(&mut self, sql: String) -> Result<(), StoreError> {
        let sql = sqlx::AssertSqlSafe(sql).into_sql_str();
        Db::script(&mut self.tx, sql).await.map(drop).map_err(failed::<Db>)
    }

    /// Commits: all that was written, or nothing.
    ///
    /// **Cancel safety**: dropped before the commit is sent, nothing happened. From then on the database has it, and
    /// whoever drops the future does not know what became of it.
    ///
    /// # Errors
    /// `Conflict`: nothing happened, run again. `Aborted`: a statement had failed; nothing happened. `Ended`: the
    /// transaction was ended from inside. `Unknown`: the connection was lost, and the database could not be asked what
    /// became of the commit. Any other: nothing happened.
    pub async fn commit(mut self) -> Result<(), StoreError> {
        self.undo().await?;
        self.shared.not_too_old(self.begun)?;
        let last = Db::script(&mut self.tx, Db::LAST.into_sql_str()).await.map_err(failed::<Db>)?;
        let name = last.rows.into_iter().next().and_then(|mut row| row.text(0).ok());
        let Self { shared, tx, _turn, .. } = self;
        let Err(error) = tx.commit().await else {
            shared.head.send_modify(|head| *head += 1);
            return Ok(());
        };
        let is_end = match &error {
            sqlx::Error::Database(error) => Db::is_end(&**error),
            _ => true,
        };
        if !is_end {
            return Err(failed::<Db>(error));
        }
        let fate = match (&name, shared.connection().await) {
            (Some(name), Ok(mut conn)) => Db::fate(&mut conn, name).await,
            _ => Fate::Unknown,
        };
        match fate {
            Fate::Committed => {
                shared.head.send_modify(|head| *head += 1);
                Ok(())
            }
            Fate::RolledBack => {
                let detail =
                    "the connection failed during the commit, and the database has rolled it back; run it again";
                Err(StoreError::with_source(ErrorKind::Io, detail, error))
            }
            Fate::Unknown => {
                let detail = "the connection failed during the commit, and it is not known whether it happened; look before repeating";
                Err(StoreError::with_source(ErrorKind::Unknown, detail, error))
            }
        }
    }
}

impl<Db: Dialect> Deref for SqlTx<Db> {
    type Target = Db::Connection;

    fn deref(&self) -> &Db::Connection {
        &self.tx
    }
}

impl<Db: Dialect> DerefMut for SqlTx<Db> {
    fn deref_mut(&mut self) -> &mut Db::Connection {
        self.savepoints.is_fresh = false;
        &mut self.tx
    }
}

impl<Db: Dialect> fmt::Debug for SqlTx<Db> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqlTx").field("database", &Db::NAME).finish_non_exhaustive()
    }
}
