//! Of which handlers of an event it is recorded that they have done their part, by the id of its message.

use sqlx::SqlSafeStr as _;

use super::dialect::{Dialect, Value};
use super::outbox::{count, numbers};
use super::own::Own;
use super::sql::Sql;
use super::tx::SqlTx;
use crate::store::error::{ErrorKind, StoreError};
use crate::store::port::Settled;

const RECORD: &str = "insert into catga_heard (id, handler) values ($1, $2) on conflict do nothing";

impl<Db: Dialect> SqlTx<Db> {
    /// Of two transactions that record it, one commits.
    pub(super) async fn record_once(&mut self, id: u64, handler: &str) -> Result<(), StoreError> {
        if self.run(RECORD, &[Value::Int(id.cast_signed()), Value::Text(handler)]).await?.affected == 0 {
            let done = "another attempt has done the handler's part; it is not done again";
            return Err(StoreError::new(ErrorKind::Conflict, done));
        }
        Ok(())
    }
}

impl<Db: Dialect> Own<Db> {
    /// Records and forgets the handlers of what was delivered.
    pub(super) async fn heard(&mut self, keys: &[Settled]) -> Result<(), StoreError> {
        let mut forgotten = Vec::new();
        for key in keys {
            for (id, handler) in key.heard() {
                self.run(RECORD, &[Value::Int(id.cast_signed()), Value::Text(handler)]).await?;
            }
            forgotten.extend_from_slice(&key.forgotten);
        }
        self.unheard(&forgotten).await
    }

    /// Forgets all handlers of these messages.
    pub(super) async fn unheard(&mut self, messages: &[u64]) -> Result<(), StoreError> {
        if messages.is_empty() {
            return Ok(());
        }
        let sql = format!("delete from catga_heard where id in {}", Db::numbers_of("$1"));
        let list = numbers(messages.iter().map(|id| id.cast_signed()));
        self.run_of(sqlx::AssertSqlSafe(sql).into_sql_str(), &[Value::Text(&list)]).await.map(drop)
    }
}

impl<Db: Dialect, D: 'static> Sql<Db, D> {
    pub(super) async fn heard(&self, id: u64) -> Result<Vec<String>, StoreError> {
        let sql = "select handler from catga_heard where id = $1";
        let rows = self.shared.read(sql, &[Value::Int(id.cast_signed())]).await?;
        rows.into_iter().map(|mut row| row.text(0)).collect()
    }

    /// Forgets a handler that the program has no more, as [`Outbox::forget_handler`](crate::store::Outbox) does, in up
    /// to `limit` records, and says of how many events. Then [`resume`](Self::resume) their keys, or start a relay
    /// anew.
    ///
    /// # Errors
    /// As a commit's.
    pub async fn forget_handler(&self, name: &str, limit: usize) -> Result<usize, StoreError> {
        let sql = "delete from catga_heard where handler = $1 and id in \
            (select id from catga_heard where handler = $1 order by id limit $2)";
        Ok(self.shared.once(sql, &[Value::Text(name), count(limit)]).await?.affected as usize)
    }
}
