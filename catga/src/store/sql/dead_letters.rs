//! Messages that were given up.

use super::dialect::{Cells, Dialect, Value};
use super::outbox::count;
use super::own::Own;
use super::sql::Sql;
use super::tx::SqlTx;
use crate::store::error::StoreError;
use crate::store::outbox::{Outbox, OutboxMessage};
use crate::store::protocol::dead_letters::{DeadLetter, DeadLetters, LetterId, missing};
use crate::store::value;

const PUT: &str = "insert into catga_dead_letters \
    (letters, id, name, source, key, body, errors, attempts, first_ms, last_ms) \
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
const TAKE: &str = "delete from catga_dead_letters where letters = $1 and seq = $2 \
    returning seq, id, name, source, key, body, errors, attempts, first_ms, last_ms";

fn values<'v>(letters: &DeadLetters, letter: &'v DeadLetter, errors: &'v [u8]) -> [Value<'v>; 10] {
    [
        Value::Text(letters.name),
        Value::Int(letter.id.cast_signed()),
        Value::Text(&letter.name),
        Value::Text(&letter.source),
        Value::Bytes(&letter.key),
        Value::Bytes(&letter.body),
        Value::Bytes(errors),
        Value::Int(i64::from(letter.attempts)),
        Value::Int(letter.first_ms.cast_signed()),
        Value::Int(letter.last_ms.cast_signed()),
    ]
}

fn letter(row: &mut Cells) -> Result<(LetterId, DeadLetter), StoreError> {
    let letter = DeadLetter {
        id: row.bits(1)?,
        name: row.text(2)?,
        source: row.text(3)?,
        key: row.bytes(4)?,
        body: row.bytes(5)?,
        errors: value::decode(&row.bytes(6)?)?,
        attempts: row.number(7)?,
        first_ms: row.bits(8)?,
        last_ms: row.bits(9)?,
    };
    Ok((LetterId(row.bits(0)?, 0), letter))
}

impl<Db: Dialect> SqlTx<Db> {
    /// Puts a message into dead letters, as part of the transaction.
    ///
    /// # Errors
    /// As a statement's.
    pub async fn bury(&mut self, letters: &DeadLetters, letter: &DeadLetter) -> Result<(), StoreError> {
        let errors = value::encode(&letter.errors)?;
        self.run(PUT, &values(letters, letter, &errors)).await.map(drop)
    }

    /// Takes a message out of dead letters, as part of the transaction: of its effect, when it is replayed.
    ///
    /// # Errors
    /// `Missing`; else as a statement's.
    pub async fn exhume(&mut self, letters: &DeadLetters, id: LetterId) -> Result<DeadLetter, StoreError> {
        let mut done = self.run(TAKE, &[Value::Text(letters.name), Value::Int(id.0.cast_signed())]).await?;
        done.rows.first_mut().map_or_else(|| Err(missing()), |row| letter(row).map(|(_, letter)| letter))
    }
}

impl<Db: Dialect> Own<Db> {
    pub(super) async fn bury(&mut self, letters: &DeadLetters, letter: &DeadLetter) -> Result<(), StoreError> {
        let errors = value::encode(&letter.errors)?;
        self.run(PUT, &values(letters, letter, &errors)).await.map(drop)
    }
}

impl<Db: Dialect, D: 'static> Sql<Db, D> {
    /// Up to `limit` dead letters, oldest first, after one of them.
    ///
    /// # Errors
    /// As a read's.
    pub async fn letters(
        &self,
        letters: &DeadLetters,
        after: Option<LetterId>,
        limit: usize,
    ) -> Result<Vec<(LetterId, DeadLetter)>, StoreError> {
        let sql = "select seq, id, name, source, key, body, errors, attempts, first_ms, last_ms \
            from catga_dead_letters where letters = $1 and seq > $2 order by seq limit $3";
        let after = Value::Int(after.map_or(-1, |id| id.0.cast_signed()));
        let rows = self.shared.read(sql, &[Value::Text(letters.name), after, count(limit)]).await?;
        rows.into_iter().map(|mut row| letter(&mut row)).collect()
    }

    /// One dead letter.
    ///
    /// # Errors
    /// `Missing`; else as a read's.
    pub async fn letter(&self, letters: &DeadLetters, id: LetterId) -> Result<DeadLetter, StoreError> {
        let sql = "select seq, id, name, source, key, body, errors, attempts, first_ms, last_ms \
            from catga_dead_letters where letters = $1 and seq = $2";
        let mut rows = self.shared.read(sql, &[Value::Text(letters.name), Value::Int(id.0.cast_signed())]).await?;
        rows.first_mut().map_or_else(|| Err(missing()), |row| letter(row).map(|(_, letter)| letter))
    }

    /// Changes the body of a dead letter, so that it may be replayed.
    ///
    /// # Errors
    /// `Missing`; else as a commit's.
    pub async fn edit(&self, letters: &DeadLetters, id: LetterId, body: &[u8]) -> Result<(), StoreError> {
        let sql = "update catga_dead_letters set body = $3 where letters = $1 and seq = $2";
        let values = [Value::Text(letters.name), Value::Int(id.0.cast_signed()), Value::Bytes(body)];
        if self.shared.once(sql, &values).await?.affected == 0 { Err(missing()) } else { Ok(()) }
    }

    /// Throws a dead letter away.
    ///
    /// # Errors
    /// `Missing`; else as a commit's.
    pub async fn discard(&self, letters: &DeadLetters, id: LetterId) -> Result<(), StoreError> {
        let mut own = self.begin_own().await?;
        let mut done = own.run(TAKE, &[Value::Text(letters.name), Value::Int(id.0.cast_signed())]).await?;
        let (_, letter) = done.rows.first_mut().map_or_else(|| Err(missing()), letter)?;
        own.unheard(&[letter.id]).await?;
        own.commit().await
    }

    /// Takes a message out of dead letters and into an outbox, with its id, in one commit. Of two that replay one, one
    /// is refused.
    ///
    /// # Errors
    /// `Missing`; else as a commit's.
    pub async fn replay(&self, letters: &DeadLetters, id: LetterId, outbox: &Outbox) -> Result<(), StoreError> {
        let mut own = self.begin_own().await?;
        let mut done = own.run(TAKE, &[Value::Text(letters.name), Value::Int(id.0.cast_signed())]).await?;
        let (_, letter) = done.rows.first_mut().map_or_else(|| Err(missing()), letter)?;
        let message = OutboxMessage { id: letter.id, name: letter.name, key: letter.key, body: letter.body };
        own.add(outbox, &message).await?;
        own.commit().await
    }
}
