//! Replies that are recorded.

use super::dialect::{Cells, Dialect, Value};
use super::outbox::count;
use super::sql::Sql;
use super::tx::SqlTx;
use crate::store::error::{ErrorKind, StoreError};
use crate::store::protocol::claim::{Claim, State, end, millis};
use crate::store::protocol::idempotency::{Claiming, Fingerprint, Idempotency, LOST, Recorded, in_progress, mismatch};

/// Claims the key where it is new, or where its owner's lease has ended; `{fence}` is the fence. It may be drawn
/// long before the row is locked: where others have had the key since, under later ones, it is another draw's.
fn claim_sql(fence: &str) -> String {
    format!(
        "insert into catga_idempotency (scope, key, state, owner, fence, time_ms, request) \
        values ($1, $2, 1, $3, {fence}, $4, $5) on conflict (scope, key) do update set owner = excluded.owner, \
        fence = excluded.fence, time_ms = excluded.time_ms, request = excluded.request \
        where catga_idempotency.state = 1 and catga_idempotency.time_ms <= $6 \
        and catga_idempotency.fence < excluded.fence \
        and (catga_idempotency.request = excluded.request or catga_idempotency.owner = 0) returning fence"
    )
}

const SEEN: &str = "select state, time_ms, request, codec, reply_schema, reply from catga_idempotency \
    where scope = $1 and key = $2";

/// What another has made of the key.
fn seen(mut row: Cells, request: Fingerprint, now: u64) -> Result<Option<Recorded>, StoreError> {
    if row.bits(2)? != request {
        return Err(mismatch());
    }
    if row.int(0)? == State::Done as i64 && !row.is_null(5) {
        let schema = row.bits(4)?;
        return Ok(Some(Recorded { codec: row.text(3)?, schema, reply: row.bytes(5)? }));
    }
    let until = row.bits(1)?;
    if until > now { Err(in_progress(until, now)) } else { Ok(None) }
}

/// How often a claim is tried while others change the record.
const TRIES: usize = 8;

impl<Db: Dialect, D: 'static> Sql<Db, D> {
    /// Claims the key, or gets the reply that is recorded. On PostgreSQL a claim is one statement. Cancel safe: a claim
    /// whose caller vanished ends with its lease.
    ///
    /// # Errors
    /// `InProgress` where another caller runs it; `Mismatch` where the key was used with another request; else as a
    /// commit's.
    pub async fn claim_reply(
        &self,
        records: &Idempotency,
        key: &[u8],
        request: Fingerprint,
        owner: u64,
    ) -> Result<Claiming, StoreError> {
        for _ in 0..TRIES {
            let now = self.shared.unix_ms();
            let until = end(now, records.lease);
            let values = [
                Value::Text(records.scope),
                Value::Bytes(key),
                Value::Int(owner.cast_signed()),
                Value::Int(until.cast_signed()),
                Value::Int(request.cast_signed()),
                Value::Int(now.cast_signed()),
            ];
            if Db::ONE_WRITER {
                // A repeat is the usual case of those that write nothing, so it does not wait for its turn to write.
                let found = self.shared.read(SEEN, &values[..2]).await?;
                let is_known = found.into_iter().next().map(|row| seen(row, request, now)).transpose();
                match is_known {
                    Ok(Some(Some(recorded))) => return Ok(Claiming::Done(recorded)),
                    Err(error) if matches!(error.kind(), ErrorKind::InProgress { .. }) => return Err(error),
                    _ => {}
                }
            }
            if let Some(row) = self.draw(claim_sql, &values).await?.first() {
                return Ok(Claiming::Yours(Claim { owner, fence: row.bits(0)? }));
            }
            if let Some(row) = self.shared.read(SEEN, &values[..2]).await?.into_iter().next()
                && let Some(recorded) = seen(row, request, now)?
            {
                return Ok(Claiming::Done(recorded));
            }
        }
        Err(StoreError::new(ErrorKind::Conflict, "too many callers race for one idempotency key; run again"))
    }

    /// The reply that is recorded, where there is one; nothing is claimed.
    ///
    /// # Errors
    /// `InProgress` where another caller runs it; `Mismatch` where the key was used with another request; else as a
    /// read's.
    pub async fn recorded_reply(
        &self,
        records: &Idempotency,
        key: &[u8],
        request: Fingerprint,
    ) -> Result<Option<Recorded>, StoreError> {
        self.shared.known().await?;
        let now = self.shared.unix_ms();
        let found = self.shared.read(SEEN, &[Value::Text(records.scope), Value::Bytes(key)]).await?;
        Ok(found.into_iter().next().map(|row| seen(row, request, now)).transpose()?.flatten())
    }

    /// Prolongs a claim by its lease, from now.
    ///
    /// # Errors
    /// `Lost` where it is another's by now: the work has to stop. Else as a commit's.
    pub async fn renew_reply(&self, records: &Idempotency, key: &[u8], claim: Claim) -> Result<(), StoreError> {
        let until = end(self.shared.unix_ms(), records.lease);
        self.keep(records, key, claim, until).await
    }

    /// Records the reply, in a commit of its own: for effects that are no rows of this database.
    ///
    /// # Errors
    /// `Lost` where the claim is another's; else as a commit's.
    pub async fn keep_reply(
        &self,
        records: &Idempotency,
        key: &[u8],
        claim: Claim,
        reply: &Recorded,
    ) -> Result<(), StoreError> {
        let now = self.shared.unix_ms();
        if self.shared.once(COMPLETE, &complete(records, key, claim, reply, now)).await?.affected == 0 {
            return Err(lost());
        }
        self.shared.head.send_modify(|head| *head += 1);
        Ok(())
    }

    /// Gives a claim up: the request failed, and the next caller runs it anew.
    ///
    /// # Errors
    /// `Lost` where it is another's by now, which is none of the caller's business; else as a commit's.
    pub async fn release_reply(&self, records: &Idempotency, key: &[u8], claim: Claim) -> Result<(), StoreError> {
        // The row stays, with the fence, so that whoever is late finds that it is another's; and since when, where a reply
        // would say its schema.
        let sql = "update catga_idempotency set owner = 0, time_ms = 0, reply_schema = $5 \
            where scope = $1 and key = $2 and state = 1 and owner = $3 and fence = $4";
        let values = [
            Value::Text(records.scope),
            Value::Bytes(key),
            Value::Int(claim.owner.cast_signed()),
            Value::Int(claim.fence.cast_signed()),
            Value::Int(self.shared.unix_ms().cast_signed()),
        ];
        if self.shared.once(sql, &values).await?.affected == 0 {
            return Err(lost());
        }
        self.shared.head.send_modify(|head| *head += 1);
        Ok(())
    }

    async fn keep(&self, records: &Idempotency, key: &[u8], claim: Claim, until: u64) -> Result<(), StoreError> {
        let sql = "update catga_idempotency set time_ms = $5 \
            where scope = $1 and key = $2 and state = 1 and owner = $3 and fence = $4";
        let values = [
            Value::Text(records.scope),
            Value::Bytes(key),
            Value::Int(claim.owner.cast_signed()),
            Value::Int(claim.fence.cast_signed()),
            Value::Int(until.cast_signed()),
        ];
        if self.shared.once(sql, &values).await?.affected == 0 { Err(lost()) } else { Ok(()) }
    }

    /// Removes up to `limit` replies that are older than the retention, and says how many. All claims go, too, that were
    /// given up as long ago, or whose owners have vanished, so many in a commit, and do not count.
    ///
    /// # Errors
    /// As a commit's.
    pub async fn trim_replies(&self, records: &Idempotency, limit: usize) -> Result<usize, StoreError> {
        let end = self.shared.unix_ms().saturating_sub(millis(records.retention));
        let values = [Value::Text(records.scope), Value::Int(end.cast_signed()), count(limit)];
        // There may be more of them than of replies, where most requests fail, and then nobody asks for the rest.
        while limit > 0 && self.shared.once(TRIM_CLAIMS, &values).await?.affected as usize == limit {}
        if !records.is_marked {
            return Ok(self.shared.once(TRIM, &values).await?.affected as usize);
        }
        let mut tx = SqlTx::begin(&self.shared).await?;
        let trimmed = tx.run(TRIM, &values).await?.rows;
        let mut last = None;
        for row in &trimmed {
            last = last.max(Some(row.bits(0)?));
        }
        let Some(last) = last else { return Ok(0) };
        let end = (last + 1).saturating_add(records.skew());
        tx.run(MARK, &[Value::Text(records.scope), Value::Int(end.cast_signed())]).await?;
        tx.commit().await?;
        Ok(trimmed.len())
    }

    /// What was sent before this, in milliseconds since 1970, may have been handled and trimmed.
    ///
    /// # Errors
    /// As a read's.
    pub(in crate::store) async fn forgotten_replies(&self, records: &Idempotency) -> Result<Option<u64>, StoreError> {
        let sql = "select below from catga_watermarks where subscriber = $1 and source = ''";
        let found = self.shared.read(sql, &[Value::Text(records.scope)]).await?;
        found.first().map(|row| row.bits(0)).transpose()
    }
}

const TRIM: &str = "delete from catga_idempotency where scope = $1 and key in (select key from catga_idempotency \
    where scope = $1 and time_ms < $2 and state = 2 order by time_ms limit $3) and time_ms < $2 and state = 2 \
    returning time_ms";

/// What was given up keeps its fence for as long as a reply is kept: who is late finds that it was another's.
const TRIM_CLAIMS: &str = "delete from catga_idempotency where scope = $1 and key in (select key from catga_idempotency \
    where scope = $1 and time_ms < $2 and state = 1 and (owner <> 0 or coalesce(reply_schema, 0) < $2) \
    order by time_ms limit $3) and time_ms < $2 and state = 1 and (owner <> 0 or coalesce(reply_schema, 0) < $2)";

/// Beside the marks of inboxes that a transaction takes messages in by, none of which has an empty source.
const MARK: &str = "insert into catga_watermarks (subscriber, source, key, below) values ($1, '', '', $2) \
    on conflict (subscriber, source, key) do update set below = excluded.below \
    where catga_watermarks.below < excluded.below";

/// Not an `update`: that reads an index, and others that complete would conflict with it.
const COMPLETE: &str = "insert into catga_idempotency \
    (scope, key, state, owner, fence, time_ms, request, codec, reply_schema, reply) \
    values ($1, $2, 2, $3, $4, $5, 0, $6, $7, $8) on conflict (scope, key) do update \
    set state = 2, time_ms = excluded.time_ms, codec = excluded.codec, reply_schema = excluded.reply_schema, \
    reply = excluded.reply where catga_idempotency.state = 1 and catga_idempotency.owner = excluded.owner \
    and catga_idempotency.fence = excluded.fence returning request";

fn complete<'v>(
    records: &Idempotency,
    key: &'v [u8],
    Claim { owner, fence }: Claim,
    reply: &'v Recorded,
    now: u64,
) -> [Value<'v>; 8] {
    [
        Value::Text(records.scope),
        Value::Bytes(key),
        Value::Int(owner.cast_signed()),
        Value::Int(fence.cast_signed()),
        Value::Int(now.cast_signed()),
        Value::Text(&reply.codec),
        Value::Int(reply.schema.cast_signed()),
        Value::Bytes(&reply.reply),
    ]
}

impl<Db: Dialect> SqlTx<Db> {
    /// Records the reply, in the transaction of the effect: both are there, or neither.
    ///
    /// # Errors
    /// `Lost` where the claim is another's; else as a statement's.
    pub async fn complete(
        &mut self,
        records: &Idempotency,
        key: &[u8],
        claim: Claim,
        reply: &Recorded,
    ) -> Result<(), StoreError> {
        let now = self.shared.unix_ms();
        let done = self.run(COMPLETE, &complete(records, key, claim, reply, now)).await?;
        if done.affected == 0 { Err(lost()) } else { Ok(()) }
    }
}

fn lost() -> StoreError {
    StoreError::new(ErrorKind::Lost, LOST)
}
