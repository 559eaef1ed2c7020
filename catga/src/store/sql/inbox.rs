//! Messages that were taken in.

use super::dialect::{Dialect, Value};
use super::outbox::count;
use super::sql::Sql;
use super::tx::SqlTx;
use crate::store::error::StoreError;
use crate::store::protocol::claim::millis;
use crate::store::protocol::inbox::{Arrival, Inbox, Taken};

const WATERMARK: &str = "select below from catga_watermarks where subscriber = $1 and source = $2 and key = $3";

impl<Db: Dialect> SqlTx<Db> {
    /// Takes a message in, in the transaction of its effect. Where two transactions take the same one, one of them
    /// conflicts.
    ///
    /// # Errors
    /// As a statement's.
    pub async fn take(&mut self, inbox: &Inbox, arrival: Arrival<'_>) -> Result<Taken, StoreError> {
        let sql = "insert into catga_inbox (subscriber, source, key, id, taken_ms) values ($1, $2, $3, $4, $5) \
            on conflict (subscriber, source, key, id) do nothing";
        let now = self.shared.unix_ms();
        let (subscriber, source, key) =
            (Value::Text(inbox.subscriber), Value::Text(arrival.source), Value::Bytes(arrival.key));
        let id = Value::Int(arrival.id.cast_signed());
        if self.run(sql, &[subscriber, source, key, id, Value::Int(now.cast_signed())]).await?.affected == 0 {
            return Ok(Taken::Duplicate);
        }
        let mark = self.run(WATERMARK, &[subscriber, source, key]).await?;
        let below = mark.rows.first().map(|row| row.bits(0)).transpose()?;
        if below.is_none_or(|below| arrival.id > below) {
            return Ok(Taken::New);
        }
        let sql = "delete from catga_inbox where subscriber = $1 and source = $2 and key = $3 and id = $4";
        self.run(sql, &[subscriber, source, key, id]).await?;
        Ok(Taken::TooOld)
    }
}

impl<Db: Dialect, D: 'static> Sql<Db, D> {
    /// Forgets up to `limit` messages that are older than the inbox's retention, behind the watermark, and says how
    /// many.
    ///
    /// # Errors
    /// As a commit's.
    pub async fn trim_inbox(&self, inbox: &Inbox, limit: usize) -> Result<usize, StoreError> {
        // Serializable, as what it forgets may be taken just then.
        let mut tx = SqlTx::begin(&self.shared).await?;
        let end = self.shared.unix_ms().saturating_sub(millis(inbox.retention));
        let sql = "select source, key, id from catga_inbox where subscriber = $1 and taken_ms < $2 \
            order by taken_ms limit $3";
        let subscriber = Value::Text(inbox.subscriber);
        let old = tx.run(sql, &[subscriber, Value::Int(end.cast_signed()), count(limit)]).await?.rows;
        let trimmed = old.len();
        for mut row in old {
            let (source, key, id) = (row.text(0)?, row.bytes(1)?, row.bits(2)?);
            let (source, key) = (Value::Text(&source), Value::Bytes(&key));
            let mark = tx.run(WATERMARK, &[subscriber, source, key]).await?;
            let below = mark.rows.first().map(|row| row.bits(0)).transpose()?.map_or(id, |below| below.max(id));
            let sql = "insert into catga_watermarks (subscriber, source, key, below) values ($1, $2, $3, $4) \
                on conflict (subscriber, source, key) do update set below = excluded.below";
            tx.run(sql, &[subscriber, source, key, Value::Int(below.cast_signed())]).await?;
            let sql = "delete from catga_inbox where subscriber = $1 and source = $2 and key = $3 and id = $4";
            tx.run(sql, &[subscriber, source, key, Value::Int(id.cast_signed())]).await?;
        }
        tx.commit().await?;
        Ok(trimmed)
    }
}
