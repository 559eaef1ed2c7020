//! What the clones of a store share: its connections, and what this process knows of the database.

use std::sync::Arc;

use sqlx::{Connection as _, Pool, SqlSafeStr as _};
use tokio::sync::{OnceCell, OwnedSemaphorePermit, Semaphore, watch};

use super::dialect::{Cells, Dialect, Done, Value};
use super::error::failed;
use super::migrate::{VERSION, newer};
use super::options::SqlOptions;
use crate::store::backlogs::{Backlogs, Uncounted};
use crate::store::error::{ErrorKind, StoreError};
use crate::store::identity::StoreId;
use crate::store::keyed::KeyedLocks;
use crate::store::outbox::Outbox;
use crate::time::Instant;

pub(super) struct Shared<Db: Dialect> {
    pub(super) pool: Pool<Db>,
    pub(super) options: SqlOptions,
    pub(super) known: OnceCell<Known>,
    /// Set when the fences of a copy are above those of the original.
    pub(super) fenced: OnceCell<()>,
    pub(super) turns: KeyedLocks,
    /// Bumped by each commit of this process.
    pub(super) head: watch::Sender<u64>,
    /// Whose turn it is to write, where one writes at a time: first come, first served.
    pub(super) gate: Option<Arc<Semaphore>>,
    pub(super) backlogs: Backlogs,
    /// The same of what waits in schedules.
    pub(super) scheduled: Backlogs,
}

/// What is read of a database once.
pub(super) struct Known {
    pub(super) id: StoreId,
    pub(super) home: String,
    /// Whether that is where the store was confirmed last, or made.
    pub(super) is_home: bool,
}

impl<Db: Dialect> Shared<Db> {
    pub(super) fn unix_ms(&self) -> u64 {
        self.options.clock.unix_ms()
    }

    pub(super) fn now(&self) -> Instant {
        self.options.clock.now()
    }

    pub(super) fn not_too_old(&self, begun: Instant) -> Result<(), StoreError> {
        if self.now().since(begun) > self.options.max_age { Err(StoreError::expired()) } else { Ok(()) }
    }

    /// Waits for the turn to write, for as long as the pool lets wait for a connection.
    pub(super) async fn turn(&self) -> Result<Option<OwnedSemaphorePermit>, StoreError> {
        let Some(gate) = &self.gate else { return Ok(None) };
        let patience = self.pool.options().get_acquire_timeout();
        let Ok(turn) = tokio::time::timeout(patience, Arc::clone(gate).acquire_owned()).await else {
            let detail = "another transaction did not end in time; see whether one waits for a second inside of itself";
            return Err(StoreError::new(ErrorKind::Overloaded, detail));
        };
        turn.map(Some).map_err(|_| StoreError::new(ErrorKind::Closed, "the store is closed"))
    }

    /// A connection, for what the database is asked outside of transactions.
    pub(super) async fn connection(&self) -> Result<sqlx::pool::PoolConnection<Db>, StoreError> {
        self.pool.acquire().await.map_err(failed::<Db>)
    }

    /// Begins a handler's transaction.
    pub(super) async fn begin(&self, begin: &'static str) -> Result<sqlx::Transaction<'static, Db>, StoreError> {
        self.recount().await?;
        self.open(begin).await
    }

    /// Whether an outbox takes a message, besides those that it has; of this key, where there is one.
    pub(super) async fn takes_in(&self, outbox: &Outbox, key: Option<&[u8]>) -> Result<(), StoreError> {
        self.recount().await?;
        self.backlogs.takes((outbox.name, key), 0, (outbox.limits.rows, outbox.limits.per_key))
    }

    /// Counts what is to be counted anew of the outboxes and their keys, and of the schedules.
    async fn recount(&self) -> Result<(), StoreError> {
        let now = self.unix_ms();
        for Uncounted { outbox, key, limit } in self.backlogs.uncounted(now) {
            let limit = Value::Int(i64::try_from(limit).unwrap_or(i64::MAX));
            let rows = match &key {
                None => {
                    let sql = "select count(*) from (select 1 from catga_outbox where outbox = $1 limit $2) counted";
                    self.read(sql, &[Value::Text(outbox), limit]).await?
                }
                Some(key) => {
                    let sql = "select count(*) from (select 1 from catga_outbox where outbox = $1 and key = $2 limit $3) \
                        counted";
                    self.read(sql, &[Value::Text(outbox), Value::Bytes(key), limit]).await?
                }
            };
            self.backlogs.found(outbox, key.as_deref(), rows.first().map_or(Ok(0), |row| row.bits(0))?, now);
        }
        for Uncounted { outbox: schedule, limit, .. } in self.scheduled.uncounted(now) {
            let limit = Value::Int(i64::try_from(limit).unwrap_or(i64::MAX));
            let sql = "select count(*) from (select 1 from catga_schedule where schedule = $1 limit $2) counted";
            let rows = self.read(sql, &[Value::Text(schedule), limit]).await?;
            self.scheduled.found(schedule, None, rows.first().map_or(Ok(0), |row| row.bits(0))?, now);
        }
        Ok(())
    }

    /// Begins on a connection that has no transaction.
    pub(super) async fn open(&self, begin: &'static str) -> Result<sqlx::Transaction<'static, Db>, StoreError> {
        loop {
            match self.pool.begin_with(begin).await {
                Err(sqlx::Error::InvalidSavePointStatement) => {
                    // Somebody ended a transaction by hand, and the connection still counts it as open.
                    let conn = self.connection().await?;
                    if conn.is_in_transaction() {
                        drop(conn.detach());
                    }
                }
                begun => return begun.map_err(failed::<Db>),
            }
        }
    }

    pub(super) async fn id(&self) -> Result<StoreId, StoreError> {
        Ok(self.known().await?.id)
    }

    pub(super) async fn known(&self) -> Result<&Known, StoreError> {
        self.known
            .get_or_try_init(async || {
                let mut conn = self.connection().await?;
                let sql = "select id, (select max(version) from catga_migrations), home from catga_store";
                let done = Db::run(&mut conn, sql.into_sql_str(), &[]).await.map_err(failed::<Db>)?;
                let unmigrated = || {
                    let detail = "the database has no tables for delivery, or old ones; run `migrate` on the store";
                    StoreError::new(ErrorKind::Unmigrated, detail)
                };
                let mut row = done.rows.into_iter().next().ok_or_else(unmigrated)?;
                let version = row.number(1)?;
                if version > VERSION {
                    return Err(newer(version));
                }
                if version < VERSION {
                    return Err(unmigrated());
                }
                let id = u128::from_str_radix(&row.text(0)?, 16).map(StoreId).map_err(|_| unmigrated())?;
                let home = Db::home(&mut conn).await.map_err(failed::<Db>)?;
                let is_home = row.text(2)? == home;
                Ok(Known { id, home, is_home })
            })
            .await
    }

    /// One statement, committed by itself.
    pub(super) async fn once(&self, sql: &'static str, values: &[Value<'_>]) -> Result<Done, StoreError> {
        let _turn = self.turn().await?;
        let mut conn = self.connection().await?;
        Db::run(&mut conn, sql.into_sql_str(), values).await.map_err(failed::<Db>)
    }

    /// One statement that reads.
    pub(super) async fn read(&self, sql: &'static str, values: &[Value<'_>]) -> Result<Vec<Cells>, StoreError> {
        let mut conn = self.connection().await?;
        Ok(Db::run(&mut conn, sql.into_sql_str(), values).await.map_err(failed::<Db>)?.rows)
    }
}
