//! Adding to an outbox, and looking at it.

use core::fmt::Write as _;

use super::dialect::{Cells, Dialect, Done, Value};
use super::own::Own;
use super::sql::Sql;
use super::tx::SqlTx;
use crate::message::fnv;
use crate::store::error::{ErrorKind, StoreError};
use crate::store::outbox::{Added, HeldKey, KeyInfo, KeyState, Oldest, Outbox, OutboxMessage, earlier};
use crate::store::protocol::claim::{State, millis};

/// What a key is locked by: two that share a number wait for each other, and no more.
fn lock(outbox: &str, key: &[u8]) -> i64 {
    fnv::onto(fnv::onto(fnv::of(outbox.as_bytes()), &[0]), key).cast_signed()
}

/// The values of an `ADD`.
fn values<'v>(outbox: &'v Outbox, message: &'v OutboxMessage, now: u64, with_lock: bool) -> Vec<Value<'v>> {
    let mut values = vec![
        Value::Text(outbox.name),
        Value::Bytes(&message.key),
        Value::Int(message.id.cast_signed()),
        Value::Text(&message.name),
        Value::Bytes(&message.body),
        Value::Int(now.cast_signed()),
    ];
    if with_lock {
        values.push(Value::Int(lock(outbox.name, &message.key)));
    }
    values
}

fn added(done: &Done) -> Added {
    if done.affected == 0 { Added::Duplicate } else { Added::New }
}

impl<Db: Dialect> SqlTx<Db> {
    /// Adds a message to an outbox: it is there when the transaction has committed.
    ///
    /// # Errors
    /// `Overloaded` where the backlog is full, or that of the key, as far as this process has counted: stop the intake,
    /// not the drain. Else as a statement's.
    pub async fn add(&mut self, outbox: &Outbox, message: &OutboxMessage) -> Result<Added, StoreError> {
        let limits = (outbox.limits.rows, outbox.limits.per_key);
        self.shared.backlogs.takes((outbox.name, Some(&message.key)), 1, limits)?;
        let now = self.shared.unix_ms();
        let done = self.run(Db::ADD, &values(outbox, message, now, !Db::ONE_WRITER)).await?;
        Ok(added(&done))
    }
}

impl<Db: Dialect> Own<Db> {
    pub(super) async fn add(&mut self, outbox: &Outbox, message: &OutboxMessage) -> Result<Added, StoreError> {
        let now = self.shared().unix_ms();
        let done = self.run(Db::ADD, &values(outbox, message, now, !Db::ONE_WRITER)).await?;
        Ok(added(&done))
    }
}

/// A list of bytes, as `bytes_of` reads it.
pub(super) fn hex<'k>(keys: impl Iterator<Item = &'k [u8]>) -> String {
    let mut list = String::from("[");
    for key in keys {
        list.push_str(if list.len() > 1 { ",\"" } else { "\"" });
        for byte in key {
            // Writing to a string does not fail.
            let _ = write!(list, "{byte:02x}");
        }
        list.push('"');
    }
    list.push(']');
    list
}

/// A list of numbers, as `numbers_of` reads it.
pub(super) fn numbers(numbers: impl Iterator<Item = i64>) -> String {
    let list: Vec<String> = numbers.map(|number| number.to_string()).collect();
    format!("[{}]", list.join(","))
}

impl<Db: Dialect, D: 'static> Sql<Db, D> {
    /// How many rows of an outbox are not published yet.
    ///
    /// # Errors
    /// As a read's.
    pub async fn backlog(&self, outbox: &Outbox) -> Result<u64, StoreError> {
        let sql = "select count(*) from catga_outbox where outbox = $1";
        let rows = self.shared.read(sql, &[Value::Text(outbox.name)]).await?;
        rows.first().map_or(Ok(0), |row| row.bits(0))
    }

    /// The oldest message of up to `limit` keys, after one of them: the first of each key is looked at, and no other.
    ///
    /// # Errors
    /// As a read's.
    pub async fn oldest(&self, outbox: &Outbox, after: Option<&[u8]>, limit: usize) -> Result<Oldest, StoreError> {
        // One step of the index a key, however many rows that has.
        let sql = "with recursive heads (key) as (select * from (select o.key from catga_outbox o \
            where o.outbox = $1 and o.key >= $2 order by o.key limit 1) head \
            union all select (select o.key from catga_outbox o where o.outbox = $1 and o.key > h.key \
                order by o.key limit 1) from heads h where h.key is not null) \
            select h.key, (select o.added_ms from catga_outbox o where o.outbox = $1 and o.key = h.key \
                order by o.seq limit 1) from heads h where h.key is not null limit $3";
        let from = after.map(crate::store::span::next).unwrap_or_default();
        let now_ms = self.shared.unix_ms();
        let rows = self.shared.read(sql, &[Value::Text(outbox.name), Value::Bytes(&from), count(limit)]).await?;
        let is_all = rows.len() < limit;
        let mut seen = Oldest { added_ms: None, next: None, now_ms };
        for mut row in rows {
            seen.next = if is_all { None } else { Some(row.bytes(0)?) };
            // A key whose last row was delivered meanwhile has none.
            let added = if row.is_null(1) { None } else { Some(row.bits(1)?) };
            seen.added_ms = earlier(seen.added_ms, added);
        }
        Ok(seen)
    }

    /// Keys that are claimed, wait, are parked or held: up to `limit`, after the key `after`.
    ///
    /// # Errors
    /// As a read's.
    pub async fn keys(&self, outbox: &Outbox, after: Option<&[u8]>, limit: usize) -> Result<Vec<KeyInfo>, StoreError> {
        let sql = "select key, state, due_ms, attempts, error from catga_outbox_keys \
            where outbox = $1 and key >= $2 order by key limit $3";
        let from = after.map(crate::store::span::next).unwrap_or_default();
        let values = [Value::Text(outbox.name), Value::Bytes(&from), count(limit)];
        let info = |mut row: Cells| {
            let state = match row.int(1)? {
                state if state == State::Claimed as i64 => KeyState::Claimed,
                state if state == State::Dead as i64 => KeyState::Parked,
                state if state == State::Held as i64 => KeyState::Held,
                _ => KeyState::Waiting,
            };
            let (time_ms, attempts) = (row.bits(2)?, row.number(3)?);
            Ok(KeyInfo { key: row.bytes(0)?, state, time_ms, attempts, error: row.text(4)? })
        };
        self.shared.read(sql, &values).await?.into_iter().map(info).collect()
    }

    /// Keys that are held, each with what its first message is: up to `limit`, after the key `after`.
    ///
    /// # Errors
    /// As a read's.
    pub async fn held(&self, outbox: &Outbox, after: Option<&[u8]>, limit: usize) -> Result<Vec<HeldKey>, StoreError> {
        let sql = "select k.key, o.id, o.name from catga_outbox_keys k join catga_outbox o on o.outbox = $1 \
                and o.key = k.key and o.seq = (select i.seq from catga_outbox i where i.outbox = $1 and i.key = k.key \
                order by i.seq limit 1) \
            where k.outbox = $1 and k.key >= $2 and k.state = 4 order by k.key limit $3";
        let from = after.map(crate::store::span::next).unwrap_or_default();
        let values = [Value::Text(outbox.name), Value::Bytes(&from), count(limit)];
        let held = |mut row: Cells| Ok(HeldKey { key: row.bytes(0)?, id: row.bits(1)?, name: row.text(2)? });
        self.shared.read(sql, &values).await?.into_iter().map(held).collect()
    }

    /// Lets a parked or held key move again, from its first message on.
    ///
    /// # Errors
    /// `Missing` where the key is neither; else as a commit's.
    pub async fn resume(&self, outbox: &Outbox, key: &[u8]) -> Result<(), StoreError> {
        let sql = "delete from catga_outbox_keys where outbox = $1 and key = $2 and state in (3, 4)";
        let done = self.shared.once(sql, &[Value::Text(outbox.name), Value::Bytes(key)]).await?;
        if done.affected == 0 {
            return Err(StoreError::new(ErrorKind::Missing, "the key of the outbox is neither parked nor held"));
        }
        self.shared.head.send_modify(|head| *head += 1);
        Ok(())
    }

    /// Removes up to `limit` published rows that are older than the outbox's retention, and says how many.
    ///
    /// # Errors
    /// As a commit's.
    pub async fn trim(&self, outbox: &Outbox, limit: usize) -> Result<usize, StoreError> {
        let sql = "delete from catga_published where outbox = $1 and (published_ms, id) in (select published_ms, id \
            from catga_published where outbox = $1 and published_ms < $2 order by published_ms limit $3)";
        let end = self.shared.unix_ms().saturating_sub(millis(outbox.retention));
        let values = [Value::Text(outbox.name), Value::Int(end.cast_signed()), count(limit)];
        Ok(self.shared.once(sql, &values).await?.affected as usize)
    }

    /// The ids of up to `limit` published rows that are kept still, oldest first, with when they were published.
    ///
    /// # Errors
    /// As a read's.
    pub async fn published(&self, outbox: &Outbox, limit: usize) -> Result<Vec<(u64, u64)>, StoreError> {
        let sql = "select id, published_ms from catga_published where outbox = $1 order by published_ms, id limit $2";
        let rows = self.shared.read(sql, &[Value::Text(outbox.name), count(limit)]).await?;
        rows.iter().map(|row| Ok((row.bits(0)?, row.bits(1)?))).collect()
    }
}

/// How many rows are asked for.
pub(super) fn count(limit: usize) -> Value<'static> {
    Value::Int(i64::try_from(limit).unwrap_or(i64::MAX))
}
