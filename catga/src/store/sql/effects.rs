//! Effects outside of the database: which was begun, which has answered, and which was sent and may have happened.

use super::dialect::{Cells, Dialect, Done, Value};
use super::outbox::count;
use super::sql::Sql;
use crate::store::error::{ErrorKind, StoreError};
use crate::store::port::Ended;
use crate::store::protocol::claim::{Claim, State, end, millis};
use crate::store::protocol::effects::{Begun, EffectId, Effects, LOST, OpenEffect, in_progress, mismatch, not_waiting};

/// Records a call where nobody is at it, and nobody has its answer; `{fence}` is the fence. It may be drawn long before
/// the row is locked: where others have been at it since, under later ones, it is another draw's.
fn claim_sql(fence: &str) -> String {
    format!(
        "insert into catga_effects (name, message, part, state, owner, fence, time_ms, request, error, calls, first_ms) \
        values ($1, $2, $3, 1, $4, {fence}, $5, $6, '', 1, $7) on conflict (name, message, part) do update \
        set state = 1, owner = excluded.owner, fence = excluded.fence, time_ms = excluded.time_ms, \
        calls = catga_effects.calls + 1 where catga_effects.request = excluded.request \
        and catga_effects.fence < excluded.fence \
        and (catga_effects.state = 0 or catga_effects.state = 1 and catga_effects.time_ms <= $7) \
        returning fence, calls"
    )
}

/// What another attempt has made of it; nothing where it may be tried again.
fn seen(mut row: Cells, request: &[u8], now: u64) -> Result<Option<Begun>, StoreError> {
    if row.bytes(2)? != request {
        return Err(mismatch());
    }
    match row.int(0)? {
        state if state == State::Done as i64 => Ok(Some(Begun::Done(row.bytes(3)?))),
        state if state == State::Dead as i64 => Ok(Some(Begun::Parked)),
        state if state == State::Claimed as i64 && row.bits(1)? > now => Err(in_progress(row.bits(1)?, now)),
        _ => Ok(None),
    }
}

/// How often a call is begun while others change its record.
const TRIES: usize = 8;

fn id<'v>(effects: &Effects, (message, part): (&'v [u8], u64)) -> [Value<'v>; 3] {
    [Value::Text(effects.name()), Value::Bytes(message), Value::Int(part.cast_signed())]
}

fn written(done: &Done) -> Result<(), StoreError> {
    if done.affected == 0 { Err(StoreError::new(ErrorKind::Lost, LOST)) } else { Ok(()) }
}

impl<Db: Dialect, D: 'static> Sql<Db, D> {
    /// Records that the effect is about to be called, in one commit; or answers what is known of it. Cancel safe: an
    /// effect whose caller vanished is `Unanswered` when its lease has ended.
    ///
    /// # Errors
    /// `InProgress` where another calls it now; `Mismatch` where another request was made by this id; else as a
    /// commit's, a `Conflict` where others were faster.
    pub async fn begin_effect(
        &self,
        effects: &Effects,
        effect: (&[u8], u64),
        request: &[u8],
        owner: u64,
    ) -> Result<Begun, StoreError> {
        let [name, message, part] = id(effects, effect);
        for _ in 0..TRIES {
            let now = self.shared.unix_ms();
            let until = end(now, effects.leased_for());
            let values = [
                name,
                message,
                part,
                Value::Int(owner.cast_signed()),
                Value::Int(until.cast_signed()),
                Value::Bytes(request),
                Value::Int(now.cast_signed()),
            ];
            if let Some(row) = self.draw(claim_sql, &values).await?.first() {
                let claim = Claim { owner, fence: row.bits(0)? };
                return Ok(if row.int(1)? == 1 { Begun::First(claim) } else { Begun::Unanswered(claim) });
            }
            let sql = "select state, time_ms, request, answer from catga_effects \
                where name = $1 and message = $2 and part = $3";
            if let Some(row) = self.shared.read(sql, &values[..3]).await?.into_iter().next()
                && let Some(begun) = seen(row, request, now)?
            {
                return Ok(begun);
            }
        }
        Err(StoreError::new(ErrorKind::Conflict, "too many attempts at one message race for its effect; run again"))
    }

    /// That the call is still under way, for one lease more.
    ///
    /// # Errors
    /// `Lost` where another attempt has taken it over; else as a commit's.
    pub async fn renew_effect(&self, effects: &Effects, effect: (&[u8], u64), claim: Claim) -> Result<(), StoreError> {
        let until = end(self.shared.unix_ms(), effects.leased_for());
        let sql = "update catga_effects set time_ms = $6 \
            where name = $1 and message = $2 and part = $3 and state = 1 and owner = $4 and fence = $5";
        let values = self.mine(effects, effect, claim, &[Value::Int(until.cast_signed())]);
        written(&self.shared.once(sql, &values).await?)
    }

    /// What became of the call.
    ///
    /// # Errors
    /// As [`renew_effect`](Self::renew_effect).
    pub async fn end_effect(
        &self,
        effects: &Effects,
        effect: (&[u8], u64),
        claim: Claim,
        ended: Ended,
    ) -> Result<(), StoreError> {
        let (now, until) = self.kept(effects);
        let (state, error) = match ended {
            Ended::Answered(answer) => {
                let sql = "update catga_effects set state = 2, time_ms = $6, answer = $7, until_ms = $8 \
                    where name = $1 and message = $2 and part = $3 and state = 1 and owner = $4 and fence = $5";
                let values = self.mine(effects, effect, claim, &[now, Value::Bytes(&answer), until]);
                return written(&self.shared.once(sql, &values).await?);
            }
            Ended::Undone => {
                let sql = "delete from catga_effects \
                    where name = $1 and message = $2 and part = $3 and state = 1 and owner = $4 and fence = $5";
                return written(&self.shared.once(sql, &self.mine(effects, effect, claim, &[])).await?);
            }
            Ended::Unanswered(error) => (State::Ready, error),
            Ended::Parked(error) => (State::Dead, error),
        };
        let sql = "update catga_effects set state = $7, time_ms = $6, error = $8 \
            where name = $1 and message = $2 and part = $3 and state = 1 and owner = $4 and fence = $5";
        // A text of PostgreSQL has no zero in it.
        let error = error.replace('\0', " ");
        let left = [now, Value::Int(state as i64), Value::Text(&error)];
        written(&self.shared.once(sql, &self.mine(effects, effect, claim, &left)).await?)
    }

    /// Now, and up to when what is answered now is kept.
    fn kept(&self, effects: &Effects) -> (Value<'static>, Value<'static>) {
        let now = self.shared.unix_ms();
        (Value::Int(now.cast_signed()), Value::Int(end(now, effects.kept_for()).cast_signed()))
    }

    fn mine<'v>(
        &self,
        effects: &Effects,
        effect: (&'v [u8], u64),
        Claim { owner, fence }: Claim,
        besides: &[Value<'v>],
    ) -> Vec<Value<'v>> {
        let who = [Value::Int(owner.cast_signed()), Value::Int(fence.cast_signed())];
        [&id(effects, effect)[..], &who, besides].concat()
    }

    /// Up to `limit` effects whose answer is not known, of all names, after one of them: those that are parked, and
    /// those that are under way.
    ///
    /// # Errors
    /// As a read's.
    pub async fn open_effects(&self, after: Option<&EffectId>, limit: usize) -> Result<Vec<OpenEffect>, StoreError> {
        let sql = "select name, message, part, request, state, error, calls, first_ms from catga_effects \
            where state <> 2 and (name, message, part) > ($1, $2, $3) order by name, message, part limit $4";
        let none = EffectId { name: String::new(), message: Vec::new(), part: 0 };
        let EffectId { name, message, part } = after.unwrap_or(&none);
        let part = if after.is_some() { part.cast_signed() } else { i64::MIN };
        let values = [Value::Text(name), Value::Bytes(message), Value::Int(part), count(limit)];
        let open = |mut row: Cells| {
            let id = EffectId { name: row.text(0)?, message: row.bytes(1)?, part: row.bits(2)? };
            let (request, is_parked) = (row.bytes(3)?, row.int(4)? == State::Dead as i64);
            let (error, calls, first_ms) = (row.text(5)?, row.number(6)?, row.bits(7)?);
            Ok(OpenEffect { id, request, is_parked, error, calls, first_ms })
        };
        self.shared.read(sql, &values).await?.into_iter().map(open).collect()
    }

    /// Somebody has found out what became of an effect without an answer: it has answered with this, or it did not
    /// happen, and the next attempt calls it.
    ///
    /// # Errors
    /// `Missing` where it is answered, was never called, or is being called; else as a commit's.
    pub async fn resolve_effect(
        &self,
        effects: &Effects,
        effect: (&[u8], u64),
        answer: Option<&[u8]>,
    ) -> Result<(), StoreError> {
        let [name, message, part] = id(effects, effect);
        let (now, until) = self.kept(effects);
        let done = match answer {
            Some(answer) => {
                let sql = "update catga_effects set state = 2, time_ms = $4, answer = $5, until_ms = $6 \
                    where name = $1 and message = $2 and part = $3 \
                    and (state in (0, 3) or state = 1 and time_ms <= $4)";
                self.shared.once(sql, &[name, message, part, now, Value::Bytes(answer), until]).await?
            }
            None => {
                let sql = "delete from catga_effects where name = $1 and message = $2 and part = $3 \
                    and (state in (0, 3) or state = 1 and time_ms <= $4)";
                self.shared.once(sql, &[name, message, part, now]).await?
            }
        };
        if done.affected == 0 { Err(not_waiting()) } else { Ok(()) }
    }

    /// Removes up to `limit` answers that are older than the retention, and says how many. What has no answer stays.
    ///
    /// # Errors
    /// As a commit's.
    pub async fn trim_effects(&self, effects: &Effects, limit: usize) -> Result<usize, StoreError> {
        let sql = "delete from catga_effects where name = $1 and state = 2 and (message, part) in (select message, part \
            from catga_effects where name = $1 and state = 2 and time_ms < $2 order by time_ms limit $3)";
        let before = self.shared.unix_ms().saturating_sub(millis(effects.kept_for()));
        let values = [Value::Text(effects.name()), Value::Int(before.cast_signed()), count(limit)];
        Ok(self.shared.once(sql, &values).await?.affected as usize)
    }

    /// Removes up to `limit` answers of all names that are older than the retention that was recorded with them, oldest
    /// first, and says how many. Those of programs that recorded none stay, for [`trim_effects`](Self::trim_effects).
    ///
    /// # Errors
    /// As a commit's.
    pub async fn trim_answers(&self, limit: usize) -> Result<usize, StoreError> {
        let sql = "delete from catga_effects where state = 2 and until_ms < $1 and (name, message, part) in \
            (select name, message, part from catga_effects where state = 2 and until_ms < $1 order by until_ms limit $2)";
        let now = Value::Int(self.shared.unix_ms().cast_signed());
        Ok(self.shared.once(sql, &[now, count(limit)]).await?.affected as usize)
    }
}
