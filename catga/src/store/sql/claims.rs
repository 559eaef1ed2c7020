//! What relays do: claims of keys, their renewal, and what became of them.

use std::collections::BTreeMap;

use sqlx::SqlSafeStr as _;

use super::dialect::{Cells, Dialect, Value};
use super::outbox::{count, hex, numbers};
use super::own::Own;
use super::sql::Sql;
use super::tx::SqlTx;
use crate::store::error::{ErrorKind, StoreError};
use crate::store::outbox::{ClaimedKey, Fate, LOST, Marked, Outbox, OutboxMessage, OutboxRow, Relay, Round};
use crate::store::port::Settled;
use crate::store::protocol::claim::{Claim, State, end};
use crate::store::protocol::dead_letters::DeadLetters;
use crate::store::span;

/// Keys in the making, with how often their first message has failed.
type Claimed = BTreeMap<Vec<u8>, u32>;

/// A claim in the making.
struct Claiming<'c> {
    outbox: &'c Outbox,
    claim: Claim,
    now: u64,
    until: u64,
    limit: usize,
    keys: Claimed,
}

impl Claiming<'_> {
    fn room(&self, limit: usize) -> usize {
        limit.saturating_sub(self.keys.len())
    }

    fn take(&mut self, rows: Vec<Cells>) -> Result<Option<Vec<u8>>, StoreError> {
        let mut last = None;
        for mut row in rows {
            let (key, attempts) = (row.bytes(0)?, row.number(1)?);
            last = last.max(Some(key.clone()));
            self.keys.insert(key, attempts);
        }
        Ok(last)
    }

    /// Claims keys whose time has come, oldest first.
    async fn due<Db: Dialect>(&mut self, own: &mut Own<Db>, limit: usize) -> Result<(), StoreError> {
        let room = self.room(limit);
        if room == 0 {
            return Ok(());
        }
        let sql = format!(
            "with due as materialized (select k.key from catga_outbox_keys k where k.outbox = $1 and k.state in (0, 1) \
                and k.due_ms <= $5 order by k.due_ms limit $6 {}) \
            update catga_outbox_keys set state = 1, owner = $2, fence = $3, due_ms = $4 from due \
            where catga_outbox_keys.outbox = $1 and catga_outbox_keys.key = due.key \
            returning catga_outbox_keys.key, catga_outbox_keys.attempts",
            Db::SKIP_LOCKED
        );
        let values = [
            Value::Text(self.outbox.name),
            Value::Int(self.claim.owner.cast_signed()),
            Value::Int(self.claim.fence.cast_signed()),
            Value::Int(self.until.cast_signed()),
            Value::Int(self.now.cast_signed()),
            count(room),
        ];
        let done = own.run_of(sqlx::AssertSqlSafe(sql).into_sql_str(), &values).await?;
        self.take(done.rows).map(drop)
    }

    /// Claims keys with rows that nobody has claimed, from a key on; says which was last.
    async fn ready<Db: Dialect>(&mut self, own: &mut Own<Db>, from: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        let room = self.room(self.limit);
        if room == 0 {
            return Ok(None);
        }
        let values = [
            Value::Text(self.outbox.name),
            Value::Bytes(from),
            count(room),
            Value::Int(self.claim.owner.cast_signed()),
            Value::Int(self.claim.fence.cast_signed()),
            Value::Int(self.until.cast_signed()),
        ];
        let done = own.run(Db::READY, &values).await?;
        self.take(done.rows)
    }

    /// Where to go on, in the same round where it has not come to its end.
    async fn gone_on<Db: Dialect>(
        &self,
        own: &mut Own<Db>,
        last: Vec<u8>,
        round: Option<Round>,
    ) -> Result<Option<Round>, StoreError> {
        if self.room(self.limit) > 0 {
            // All were looked at.
            return Ok(None);
        }
        let end = match round {
            Some(round) => Some(round.end),
            None => {
                let sql = "select key from catga_outbox where outbox = $1 order by key desc limit 1";
                let mut rows = own.run(sql, &[Value::Text(self.outbox.name)]).await?.rows;
                rows.first_mut().map(|row| row.bytes(0)).transpose()?
            }
        };
        Ok(end.filter(|end| last < *end).map(|end| Round { last, end }))
    }

    /// The first rows of the keys; what has none is let go.
    async fn rows<Db: Dialect>(self, own: &mut Own<Db>) -> Result<Vec<ClaimedKey>, StoreError> {
        let list = hex(self.keys.keys().map(Vec::as_slice));
        let values = [Value::Text(self.outbox.name), Value::Text(&list), count(self.outbox.limits.per_claim.max(1))];
        let mut rows: BTreeMap<Vec<u8>, Vec<OutboxRow>> = BTreeMap::new();
        for mut row in own.run(Db::FIRST, &values).await?.rows {
            let (key, position) = (row.bytes(0)?, (row.bits(1)?, 0));
            let message = OutboxMessage { id: row.bits(2)?, name: row.text(3)?, key: key.clone(), body: row.bytes(4)? };
            let rows = rows.entry(key).or_default();
            let attempts = if rows.is_empty() { self.keys.get(&message.key).copied().unwrap_or(0) } else { 0 };
            rows.push(OutboxRow { position, attempts, added_ms: row.bits(5)?, message });
        }
        let empty: Vec<&[u8]> = self.keys.keys().filter(|key| !rows.contains_key(*key)).map(Vec::as_slice).collect();
        if !empty.is_empty() {
            own.let_go(self.outbox, self.claim, &empty).await?;
        }
        let (claim, until_ms) = (self.claim, self.until);
        Ok(rows.into_iter().map(|(key, rows)| ClaimedKey { key, claim, until_ms, rows }).collect())
    }
}

impl<Db: Dialect> SqlTx<Db> {
    /// The transaction commits only while a key of the outbox is that relay's; whoever takes it over waits for the
    /// commit, and other handlers for the same relay do not.
    ///
    /// # Errors
    /// `Lost`; else as a statement's.
    pub(super) async fn hold_key(&mut self, outbox: &Outbox, key: &[u8], claim: Claim) -> Result<(), StoreError> {
        let values = [
            Value::Text(outbox.name),
            Value::Bytes(key),
            Value::Int(claim.owner.cast_signed()),
            Value::Int(claim.fence.cast_signed()),
        ];
        let done = self.run(Db::HELD, &values).await?;
        if done.rows.is_empty() { Err(StoreError::new(ErrorKind::Lost, LOST)) } else { Ok(()) }
    }
}

impl<Db: Dialect> Own<Db> {
    /// Deletes claims of this owner and fence; the keys are free then.
    async fn let_go(&mut self, outbox: &Outbox, claim: Claim, keys: &[&[u8]]) -> Result<u64, StoreError> {
        let sql = format!(
            "delete from catga_outbox_keys where outbox = $1 and state = 1 and owner = $2 and fence = $3 and key in {}",
            Db::bytes_of("$4")
        );
        let list = hex(keys.iter().copied());
        let values = [
            Value::Text(outbox.name),
            Value::Int(claim.owner.cast_signed()),
            Value::Int(claim.fence.cast_signed()),
            Value::Text(&list),
        ];
        Ok(self.run_of(sqlx::AssertSqlSafe(sql).into_sql_str(), &values).await?.affected)
    }

    /// Leaves a key with its next row: until a time, or until somebody looks.
    async fn stays(
        &mut self,
        outbox: &Outbox,
        key: &ClaimedKey,
        (state, time): (State, u64),
        (attempts, error): (u32, &str),
    ) -> Result<(), StoreError> {
        let sql = "update catga_outbox_keys set state = $5, due_ms = $6, attempts = $7, error = $8 \
            where outbox = $1 and key = $2 and state = 1 and owner = $3 and fence = $4";
        // A text of PostgreSQL has no zero in it.
        let error = error.replace('\0', " ");
        let values = [
            Value::Text(outbox.name),
            Value::Bytes(&key.key),
            Value::Int(key.claim.owner.cast_signed()),
            Value::Int(key.claim.fence.cast_signed()),
            Value::Int(state as i64),
            Value::Int(time.cast_signed()),
            Value::Int(i64::from(attempts)),
            Value::Text(&error),
        ];
        if self.run(sql, &values).await?.affected == 0 { Err(lost()) } else { Ok(()) }
    }

    async fn mark(&mut self, outbox: &Outbox, keys: &[&Marked]) -> Result<(), StoreError> {
        let now = self.shared().unix_ms();
        let mut free: BTreeMap<(u64, u64), Vec<&[u8]>> = BTreeMap::new();
        let (mut published, mut taken_off) = (Vec::new(), Vec::new());
        for Marked { key, published: done, fate } in keys {
            let tried = key.rows.get(*done).map_or(0, |row| row.attempts) + 1;
            published.extend(key.rows.iter().take(*done).map(|row| row.position.0));
            match fate {
                Fate::GoOn | Fate::TakeOff => {
                    free.entry((key.claim.owner, key.claim.fence)).or_default().push(&key.key);
                    if *fate == Fate::TakeOff {
                        taken_off.extend(key.rows.get(*done).map(|row| row.position.0));
                    }
                }
                Fate::Again { after, error } => {
                    let due = end(now, *after);
                    self.stays(outbox, key, (State::Ready, due), (tried, error)).await?;
                }
                Fate::Park { error } => self.stays(outbox, key, (State::Dead, now), (tried, error)).await?,
                Fate::Hold => self.stays(outbox, key, (State::Held, now), (0, "")).await?,
            }
        }
        for ((owner, fence), keys) in free {
            if self.let_go(outbox, Claim { owner, fence }, &keys).await? != keys.len() as u64 {
                return Err(lost());
            }
        }
        if !outbox.retention.is_zero() && !published.is_empty() {
            let sql = format!(
                "insert into catga_published (outbox, published_ms, id) select outbox, $1, id from catga_outbox \
                where seq in {} on conflict do nothing",
                Db::numbers_of("$2")
            );
            let list = numbers(published.iter().map(|seq| seq.cast_signed()));
            let values = [Value::Int(now.cast_signed()), Value::Text(&list)];
            self.run_of(sqlx::AssertSqlSafe(sql).into_sql_str(), &values).await?;
        }
        published.append(&mut taken_off);
        if !published.is_empty() {
            let sql = format!("delete from catga_outbox where seq in {}", Db::numbers_of("$1"));
            let list = numbers(published.into_iter().map(u64::cast_signed));
            self.run_of(sqlx::AssertSqlSafe(sql).into_sql_str(), &[Value::Text(&list)]).await?;
        }
        Ok(())
    }
}

fn lost() -> StoreError {
    StoreError::new(ErrorKind::Lost, LOST)
}

impl<Db: Dialect, D: 'static> Sql<Db, D> {
    /// Claims up to `limit` keys with their first rows, in one commit. Cancel safe: keys whose relay vanished are free
    /// when their lease ends.
    ///
    /// # Errors
    /// `Held` where the database is a copy, until it is confirmed; else as a commit's.
    pub async fn claim(&self, relay: &mut Relay, limit: usize) -> Result<Vec<ClaimedKey>, StoreError> {
        let outbox = relay.outbox;
        let mut own = self.begin_own().await?;
        let claim = Claim { owner: relay.owner, fence: own.fence(true).await? };
        let now = self.shared.unix_ms();
        let until = end(now, outbox.lease);
        let mut claiming = Claiming { outbox: &outbox, claim, now, until, limit, keys: Claimed::new() };
        // What is due comes first, but for half: what fails again and again must not be all that is claimed.
        claiming.due(&mut own, limit.div_ceil(2)).await?;
        let mut round = relay.round.clone();
        let from = round.as_ref().map(|round| span::next(&round.last)).unwrap_or_default();
        if let Some(last) = claiming.ready(&mut own, &from).await? {
            round = claiming.gone_on(&mut own, last, round).await?;
        }
        if claiming.room(limit) > 0 {
            let first = if from.is_empty() { None } else { claiming.ready(&mut own, &[]).await? };
            round = match first {
                Some(last) => claiming.gone_on(&mut own, last, None).await?,
                None => None,
            };
        }
        claiming.due(&mut own, limit).await?;
        if claiming.keys.is_empty() {
            // Rolled back: nothing is written by who finds nothing.
            return Ok(Vec::new());
        }
        let keys = claiming.rows(&mut own).await?;
        own.commit().await?;
        relay.round = round;
        Ok(keys)
    }

    /// Prolongs the claim of a key by the outbox's lease, from now.
    ///
    /// # Errors
    /// `Lost` where it is another relay's by now; else as a commit's.
    pub async fn renew(&self, outbox: &Outbox, key: &mut ClaimedKey) -> Result<(), StoreError> {
        let until = end(self.shared.unix_ms(), outbox.lease);
        let sql = "update catga_outbox_keys set due_ms = $5 \
            where outbox = $1 and key = $2 and state = 1 and owner = $3 and fence = $4";
        let values = [
            Value::Text(outbox.name),
            Value::Bytes(&key.key),
            Value::Int(key.claim.owner.cast_signed()),
            Value::Int(key.claim.fence.cast_signed()),
            Value::Int(until.cast_signed()),
        ];
        if self.shared.once(sql, &values).await?.affected == 0 {
            return Err(lost());
        }
        key.until_ms = until;
        Ok(())
    }

    /// Marks what became of the keys of one or more claims, all in one commit.
    ///
    /// # Errors
    /// `Lost` where one of the keys was lost: nothing is marked then. Else as a commit's.
    pub async fn mark(&self, outbox: &Outbox, keys: &[&Marked]) -> Result<(), StoreError> {
        let mut own = self.begin_own().await?;
        own.mark(outbox, keys).await?;
        own.commit().await
    }

    pub(super) async fn settle(
        &self,
        outbox: &Outbox,
        letters: &DeadLetters,
        keys: &[Settled],
    ) -> Result<(), StoreError> {
        let mut own = self.begin_own().await?;
        let marked: Vec<&Marked> = keys.iter().map(|key| &key.marked).collect();
        own.mark(outbox, &marked).await?;
        own.heard(keys).await?;
        for letter in keys.iter().filter_map(|key| key.letter.as_ref()) {
            own.bury(letters, letter).await?;
        }
        own.commit().await
    }
}
