//! Messages that were given up.

use super::dialect::{Cells, Dialect, Value};
use super::outbox::count;
use super::own::Own;
use super::sql::Sql;
use super::tx::SqlTx;
use crate::store::error::StoreError;
use crate::store::outbox::{Outbox, OutboxMessage};
use crate::store::protocol::dead_letters::{DeadLetter, DeadLetters, LetterId, full, missing};
use crate::store::protocol::idempotency::Idempotency;
use crate::store::value;

/// What a group of consumers gives up once more is there.
const PUT: &str = "insert into catga_dead_letters (letters, id, name, source, key, body, errors, attempts, first_ms, \
    last_ms, group_name, fingerprint) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) \
    on conflict (letters, group_name, source, id, fingerprint) where group_name <> '' do nothing";

/// The same where there are fewer than `$13` of consumers.
const PUT_WITHIN: &str = "insert into catga_dead_letters (letters, id, name, source, key, body, errors, attempts, \
    first_ms, last_ms, group_name, fingerprint) select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12 \
    where (select count(*) from (select 1 from catga_dead_letters where letters = $1 and group_name <> '' limit $13) \
    counted) < $13 on conflict (letters, group_name, source, id, fingerprint) where group_name <> '' do nothing";

const HAS: &str = "select seq from catga_dead_letters \
    where letters = $1 and group_name = $2 and source = $3 and id = $4 and fingerprint = $5 and group_name <> ''";

const TAKE: &str = "delete from catga_dead_letters where letters = $1 and seq = $2 \
    returning seq, id, name, source, key, body, errors, attempts, first_ms, last_ms, group_name, fingerprint";

fn values<'v>(letters: &DeadLetters, letter: &'v DeadLetter, errors: &'v [u8]) -> [Value<'v>; 12] {
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
        Value::Text(&letter.group),
        Value::Int(letter.fingerprint.cast_signed()),
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
        group: row.text(10)?,
        fingerprint: row.bits(11)?,
    };
    Ok((LetterId(row.bits(0)?, 0), letter))
}

impl<Db: Dialect> SqlTx<Db> {
    /// Puts a message into dead letters, as part of the transaction. What a group of consumers gives up once more is
    /// there, and stays as it is.
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

    async fn exhume(&mut self, letters: &DeadLetters, id: LetterId) -> Result<DeadLetter, StoreError> {
        let mut done = self.run(TAKE, &[Value::Text(letters.name), Value::Int(id.0.cast_signed())]).await?;
        done.rows.first_mut().map_or_else(|| Err(missing()), |row| letter(row).map(|(_, letter)| letter))
    }
}

impl<Db: Dialect, D: 'static> Sql<Db, D> {
    /// Keeps a message that a group of consumers gives up, in a commit of its own. Cancel safe: where the caller does not
    /// hear of it, it may be kept, and keeping it again makes no other letter.
    ///
    /// # Errors
    /// `Overloaded` where there are as many as there may be; else as a commit's.
    pub async fn bury(&self, letters: &DeadLetters, letter: &DeadLetter) -> Result<(), StoreError> {
        self.shared.known().await?;
        let errors = value::encode(&letter.errors)?;
        let limit = Value::Int(i64::try_from(letters.limit).unwrap_or(i64::MAX));
        let values = [&values(letters, letter, &errors)[..], &[limit]].concat();
        if self.shared.once(PUT_WITHIN, &values).await?.affected > 0 {
            return Ok(());
        }
        let same = [
            Value::Text(letters.name),
            Value::Text(&letter.group),
            Value::Text(&letter.source),
            Value::Int(letter.id.cast_signed()),
            Value::Int(letter.fingerprint.cast_signed()),
        ];
        if self.shared.read(HAS, &same).await?.is_empty() { Err(full()) } else { Ok(()) }
    }

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
        let sql = "select seq, id, name, source, key, body, errors, attempts, first_ms, last_ms, \
            group_name, fingerprint from catga_dead_letters where letters = $1 and seq > $2 order by seq limit $3";
        let after = Value::Int(after.map_or(-1, |id| id.0.cast_signed()));
        let rows = self.shared.read(sql, &[Value::Text(letters.name), after, count(limit)]).await?;
        rows.into_iter().map(|mut row| letter(&mut row)).collect()
    }

    /// One dead letter.
    ///
    /// # Errors
    /// `Missing`; else as a read's.
    pub async fn letter(&self, letters: &DeadLetters, id: LetterId) -> Result<DeadLetter, StoreError> {
        let sql = "select seq, id, name, source, key, body, errors, attempts, first_ms, last_ms, \
            group_name, fingerprint from catga_dead_letters where letters = $1 and seq = $2";
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
        let letter = own.exhume(letters, id).await?;
        // Ids that came from elsewhere are not those of the outboxes.
        if letter.group.is_empty() {
            own.unheard(&[letter.id]).await?;
        }
        own.commit().await
    }

    /// Takes a dead letter out for good that consumers gave up, with what is recorded of the request that it was handled by
    /// where it lies: claim or reply, and parts. All in one commit.
    ///
    /// # Errors
    /// `Missing`; else as a commit's.
    pub async fn settle_letter(
        &self,
        letters: &DeadLetters,
        id: LetterId,
        (records, key): (&Idempotency, &[u8]),
    ) -> Result<(), StoreError> {
        let mut own = self.begin_own().await?;
        own.exhume(letters, id).await?;
        own.forget_request(records, key).await?;
        own.commit().await
    }

    /// Takes a message out of dead letters and into an outbox, with its id, in one commit. Of two that replay one, one
    /// is refused.
    ///
    /// # Errors
    /// `Missing`; else as a commit's.
    pub async fn replay(&self, letters: &DeadLetters, id: LetterId, outbox: &Outbox) -> Result<(), StoreError> {
        let mut own = self.begin_own().await?;
        let letter = own.exhume(letters, id).await?;
        let message = OutboxMessage { id: letter.id, name: letter.name, key: letter.key, body: letter.body };
        own.add(outbox, &message).await?;
        own.commit().await
    }
}
