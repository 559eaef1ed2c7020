//! Transactions of our own: what relays and claims do, each committed by itself.

use std::sync::Arc;

use sqlx::SqlSafeStr as _;
use tokio::sync::OwnedSemaphorePermit;

use super::dialect::{Cells, Dialect, Done, Value};
use super::error::failed;
use super::shared::Shared;
use super::sql::Sql;
use crate::store::error::{ErrorKind, StoreError};
use crate::store::identity::COUNTER_BITS;

impl<Db: Dialect, D: 'static> Sql<Db, D> {
    /// Begins a transaction of our own.
    pub(super) async fn begin_own(&self) -> Result<Own<Db>, StoreError> {
        // Before it has a connection: it may be the only one.
        self.shared.known().await?;
        self.begin_bare().await
    }

    /// Begins a transaction of our own, whatever the tables are like.
    pub(super) async fn begin_bare(&self) -> Result<Own<Db>, StoreError> {
        let turn = self.shared.turn().await?;
        let tx = self.shared.open(Db::BEGIN_OWN).await?;
        Ok(Own { shared: Arc::clone(&self.shared), tx, _turn: turn })
    }

    /// Runs a statement that claims something under a new fence, and commits what it claims; it answers with no row
    /// where that is another's. The statement is told how it writes the fence.
    pub(super) async fn draw(
        &self,
        sql: impl FnOnce(&str) -> String + Send,
        values: &[Value<'_>],
    ) -> Result<Vec<Cells>, StoreError> {
        self.fenced().await?;
        if let Some(fence) = Db::CLAIM_FENCE {
            let mut conn = self.shared.connection().await?;
            let sql = sqlx::AssertSqlSafe(sql(fence)).into_sql_str();
            return Ok(Db::run(&mut conn, sql, values).await.map_err(failed::<Db>)?.rows);
        }
        let mut own = self.begin_own().await?;
        let fence = own.fence(false).await?;
        let sql = sqlx::AssertSqlSafe(sql(&format!("${}", values.len() + 1))).into_sql_str();
        let values = [values, &[Value::Int(fence.cast_signed())]].concat();
        let claimed = own.run_of(sql, &values).await?.rows;
        if !claimed.is_empty() {
            own.commit().await?;
        }
        Ok(claimed)
    }
}

impl<Db: Dialect, D: 'static> Sql<Db, D> {
    /// Sees to it, once, that a copy gives out no fence that the original may have given out: it has not to be confirmed
    /// for what claims, and who goes by fences knows of one order alone.
    async fn fenced(&self) -> Result<(), StoreError> {
        let known = self.shared.known().await?;
        if known.is_home {
            return Ok(());
        }
        let fenced = async || {
            let mut own = self.begin_own().await?;
            own.script(Db::MIGRATING).await?;
            // As it is now: who has confirmed it meanwhile has done this.
            let done = own.run("select home, epoch from catga_store", &[]).await?;
            let mut row = done.rows.into_iter().next().ok_or_else(unmigrated)?;
            if row.text(0)? != known.home {
                own.fences_above(row.int(1)? + 1).await?;
            }
            own.commit().await
        };
        self.shared.fenced.get_or_try_init(fenced).await.copied()
    }
}

/// A transaction of our own: what relays and claims do.
pub(super) struct Own<Db: Dialect> {
    shared: Arc<Shared<Db>>,
    tx: sqlx::Transaction<'static, Db>,
    _turn: Option<OwnedSemaphorePermit>,
}

impl<Db: Dialect> Own<Db> {
    pub(super) fn conn(&mut self) -> &mut Db::Connection {
        &mut self.tx
    }

    pub(super) fn shared(&self) -> &Shared<Db> {
        &self.shared
    }

    pub(super) async fn run(&mut self, sql: &'static str, values: &[Value<'_>]) -> Result<Done, StoreError> {
        self.run_of(sql.into_sql_str(), values).await
    }

    pub(super) async fn run_of(&mut self, sql: sqlx::SqlStr, values: &[Value<'_>]) -> Result<Done, StoreError> {
        Db::run(&mut self.tx, sql, values).await.map_err(failed::<Db>)
    }

    pub(super) async fn script(&mut self, sql: &'static str) -> Result<Done, StoreError> {
        self.script_of(sql.into_sql_str()).await
    }

    pub(super) async fn script_of(&mut self, sql: sqlx::SqlStr) -> Result<Done, StoreError> {
        Db::script(&mut self.tx, sql).await.map_err(failed::<Db>)
    }

    /// The next fence, where the store may send.
    pub(super) async fn fence(&mut self, must_be_home: bool) -> Result<u64, StoreError> {
        let home = if must_be_home { Some(self.shared.known().await?.home.clone()) } else { None };
        let mut done = self.run(Db::FENCE, &[]).await?;
        let row: &mut Cells = done.rows.first_mut().ok_or_else(unmigrated)?;
        let (fence, at) = (row.bits(0)?, row.text(1)?);
        if home.is_some_and(|home| home != at) {
            let detail = "the database is a copy of another; see what was sent since it was made, and confirm it";
            return Err(StoreError::new(ErrorKind::Held, detail));
        }
        Ok(fence)
    }

    /// Lets the fences go on above all of the epochs before this one. One at a time does, under the lock of migrations.
    pub(super) async fn fences_above(&mut self, epoch: i64) -> Result<(), StoreError> {
        self.run(Db::FENCES_ABOVE, &[Value::Int(epoch << COUNTER_BITS)]).await.map(drop)
    }

    /// Nothing of ours is lost with the answer: what is claimed ends by itself, and what is marked is marked again.
    pub(super) async fn commit(self) -> Result<(), StoreError> {
        let Self { shared, tx, _turn } = self;
        tx.commit().await.map_err(|error| {
            let is_end = match &error {
                sqlx::Error::Database(error) => Db::is_end(&**error),
                _ => true,
            };
            if !is_end {
                return failed::<Db>(error);
            }
            let detail = "the connection failed during a commit, and it is not known whether it happened";
            StoreError::with_source(ErrorKind::Unknown, detail, error)
        })?;
        shared.head.send_modify(|head| *head += 1);
        Ok(())
    }
}

fn unmigrated() -> StoreError {
    StoreError::new(ErrorKind::Unmigrated, "the store has no identity; run `migrate` on it")
}
