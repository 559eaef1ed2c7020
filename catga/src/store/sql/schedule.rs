//! Messages that are sent later.

use sqlx::SqlSafeStr as _;

use super::dialect::{Cells, Dialect, Value};
use super::outbox::count;
use super::sql::Sql;
use super::tx::SqlTx;
use crate::store::error::StoreError;
use crate::store::outbox::{Outbox, OutboxMessage};
use crate::store::port::Due;
use crate::store::protocol::claim::{end, millis};
use crate::store::protocol::scheduler::{Scheduled, Scheduler, full, gone, occurrence, taken};

const COLUMNS: &str = "due_ms, id, key, name, body, every_ms, sent";

fn scheduled(row: &mut Cells) -> Result<(u64, Scheduled), StoreError> {
    let message = OutboxMessage { id: row.bits(1)?, name: row.text(3)?, key: row.bytes(2)?, body: row.bytes(4)? };
    Ok((row.bits(0)?, Scheduled { message, every_ms: row.bits(5)?, sent: row.bits(6)? }))
}

/// A time that fits.
fn time(unix_ms: u64) -> Value<'static> {
    Value::Int(i64::try_from(unix_ms).unwrap_or(i64::MAX))
}

impl<Db: Dialect> SqlTx<Db> {
    /// Sends the message when it is due, and where `every` is not zero again each time so long has gone by.
    ///
    /// # Errors
    /// `Mismatch` where its id is scheduled already; `Overloaded` where the schedule is full; else as a statement's.
    pub async fn schedule(
        &mut self,
        schedule: &Scheduler,
        due: Due,
        every: core::time::Duration,
        message: &OutboxMessage,
    ) -> Result<(), StoreError> {
        let (due, every) = match due {
            Due::At(unix_ms) => (unix_ms, every),
            Due::After(delay) => (end(self.shared.unix_ms(), delay), every),
            Due::Every { first_ms, period } => (first_ms, period.max(core::time::Duration::from_millis(1))),
        };
        self.shared.scheduled.takes((schedule.name, None), 1, (schedule.limit, u64::MAX)).map_err(|_| full())?;
        let sql = "insert into catga_schedule (schedule, id, due_ms, key, name, body, every_ms, sent) \
            values ($1, $2, $3, $4, $5, $6, $7, 0) on conflict (schedule, id) do nothing";
        let values = [
            Value::Text(schedule.name),
            Value::Int(message.id.cast_signed()),
            time(due),
            Value::Bytes(&message.key),
            Value::Text(&message.name),
            Value::Bytes(&message.body),
            time(millis(every)),
        ];
        if self.run(sql, &values).await?.affected == 0 { Err(taken()) } else { Ok(()) }
    }

    /// Does not send it.
    ///
    /// # Errors
    /// `Missing` where it was sent already, or never scheduled; else as a statement's.
    pub async fn cancel(&mut self, schedule: &Scheduler, id: u64) -> Result<(), StoreError> {
        let sql = "delete from catga_schedule where schedule = $1 and id = $2";
        let done = self.run(sql, &[Value::Text(schedule.name), Value::Int(id.cast_signed())]).await?;
        if done.affected == 0 { Err(gone()) } else { Ok(()) }
    }

    /// Sends it at another time, in milliseconds since 1970.
    ///
    /// # Errors
    /// As [`cancel`](Self::cancel).
    pub async fn move_to(&mut self, schedule: &Scheduler, id: u64, due_ms: u64) -> Result<(), StoreError> {
        let sql = "update catga_schedule set due_ms = $3 where schedule = $1 and id = $2";
        let values = [Value::Text(schedule.name), Value::Int(id.cast_signed()), time(due_ms)];
        if self.run(sql, &values).await?.affected == 0 { Err(gone()) } else { Ok(()) }
    }
}

impl<Db: Dialect, D: 'static> Sql<Db, D> {
    /// Up to `limit` of what is scheduled, by its time, after the time and id of one of them.
    ///
    /// # Errors
    /// As a read's.
    pub async fn scheduled(
        &self,
        schedule: &Scheduler,
        after: Option<(u64, u64)>,
        limit: usize,
    ) -> Result<Vec<(u64, Scheduled)>, StoreError> {
        let sql = "select due_ms, id, key, name, body, every_ms, sent from catga_schedule \
            where schedule = $1 and (due_ms, id) > ($2, $3) order by due_ms, id limit $4";
        let (due, id) = after.map_or((Value::Int(-1), Value::Int(0)), |(due, id)| (time(due), time(id)));
        let rows = self.shared.read(sql, &[Value::Text(schedule.name), due, id, count(limit)]).await?;
        rows.into_iter().map(|mut row| scheduled(&mut row)).collect()
    }

    /// Makes up to `limit` of what is due rows of the outbox, in the order of their times, in one commit. Says how
    /// many.
    ///
    /// # Errors
    /// `Held` where the database is a copy, until it is confirmed; `Overloaded` where the outbox is full; else as a
    /// commit's.
    pub async fn release(&self, schedule: &Scheduler, outbox: &Outbox, limit: usize) -> Result<usize, StoreError> {
        let now = self.shared.unix_ms();
        let sql =
            "select count(*) from (select 1 from catga_schedule where schedule = $1 and due_ms <= $2 limit 1) due";
        let due = self.shared.read(sql, &[Value::Text(schedule.name), time(now)]).await?;
        if due.first().map_or(Ok(0), |row| row.int(0))? == 0 {
            return Ok(0);
        }
        // No more than there is room for: what is beyond that is the reserve of the drain.
        self.shared.takes_in(outbox, None).await?;
        let room = self.shared.backlogs.room(outbox.name, outbox.limits.rows);
        let limit = limit.min(usize::try_from(room).unwrap_or(usize::MAX));
        let mut own = self.begin_own().await?;
        own.fence(true).await?;
        let sql = format!(
            "select {COLUMNS} from catga_schedule where schedule = $1 and due_ms <= $2 order by due_ms, id limit $3 {}",
            Db::SKIP_LOCKED
        );
        let values = [Value::Text(schedule.name), time(now), count(limit)];
        let rows = own.run_of(sqlx::AssertSqlSafe(sql).into_sql_str(), &values).await?.rows;
        let released = rows.len();
        for mut row in rows {
            let (due, Scheduled { message, every_ms, sent }) = scheduled(&mut row)?;
            let id = message.id;
            own.add(outbox, &OutboxMessage { id: occurrence(id, sent), ..message }).await?;
            let (name, id) = (Value::Text(schedule.name), Value::Int(id.cast_signed()));
            match now.saturating_sub(due).checked_div(every_ms) {
                None => own.run("delete from catga_schedule where schedule = $1 and id = $2", &[name, id]).await?,
                Some(missed) => {
                    let next = due.saturating_add((missed + 1).saturating_mul(every_ms));
                    let sql = "update catga_schedule set due_ms = $3, sent = sent + 1 where schedule = $1 and id = $2";
                    own.run(sql, &[name, id, time(next)]).await?
                }
            };
        }
        own.commit().await?;
        self.shared.backlogs.added(outbox.name, released as u64);
        self.shared.scheduled.taken_off(schedule.name);
        Ok(released)
    }

    /// When the next is due, in milliseconds since 1970.
    ///
    /// # Errors
    /// As a read's.
    pub async fn next_ms(&self, schedule: &Scheduler) -> Result<Option<u64>, StoreError> {
        Ok(self.scheduled(schedule, None, 1).await?.first().map(|(due, _)| *due))
    }
}
