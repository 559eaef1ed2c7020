use core::time::Duration;

use serde::{Deserialize, Serialize};

use super::claim::{self, Claim, Head, State, millis, until};
use crate::store::embedded::group::Write;
use crate::store::embedded::record::RecordKind;
use crate::store::embedded::space::Space;
use crate::store::embedded::store::Store;
use crate::store::embedded::transaction::Transaction;
use crate::store::error::{ErrorKind, StoreError};
use crate::store::port::Ended;
use crate::store::span::{self, Span};

/// What is known of effects outside of the store, of one name: which was begun, which has answered, and which was
/// sent and may have happened.
///
/// An effect is recorded in a commit of its own before it is called, and resolved after it. Whoever ends in between
/// leaves a record that says so; what follows from that is the caller's to decide.
#[derive(Clone, Copy, Debug)]
pub struct Effects {
    name: &'static str,
    lease: Duration,
    retention: Duration,
}

/// Which effect it is, of all that a store has recorded.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EffectId {
    /// The name of the effect.
    pub name: String,
    /// Of which message it is, the same for all attempts at that.
    pub message: Vec<u8>,
    /// Which it is of the effects of that name that one message has.
    pub part: u64,
}

/// What [`Effects::begin`] answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Begun {
    /// Nobody has called it: the caller does, under this claim.
    First(Claim),
    /// It was called, and nobody knows what became of it. It is the caller's now, under this claim.
    Unanswered(Claim),
    /// It was called, and this was its answer.
    Done(Vec<u8>),
    /// It was called, nobody knows what became of it, and an operator has to look.
    Parked,
}

/// An effect whose answer is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenEffect {
    /// Which it is.
    pub id: EffectId,
    /// What was asked for, as the store writes values.
    pub request: Vec<u8>,
    /// Whether it waits for an operator; otherwise it is being called, or waits for the next attempt.
    pub is_parked: bool,
    /// What the last failure said; empty where its caller ended without a word.
    pub error: String,
    /// How often it was called.
    pub calls: u32,
    /// When it was called first, in milliseconds since 1970.
    pub first_ms: u64,
}

#[derive(Clone, Serialize, Deserialize)]
struct Sent {
    request: Vec<u8>,
    answer: Option<Vec<u8>>,
    error: String,
    calls: u32,
    first_ms: u64,
    /// Up to when the answer is kept, where that was said with it.
    #[serde(default)]
    until_ms: Option<u64>,
}

pub(in crate::store) const LOST: &str = "another attempt at the message has taken the effect over; leave it to that";

impl Effects {
    /// The effects of this name, which stays the same when the program changes.
    pub const fn new(name: &'static str) -> Self {
        Self { name, lease: Duration::from_secs(30), retention: Duration::from_secs(30 * 24 * 60 * 60) }
    }

    /// The name.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// How long a call is taken to be under way that is not [renewed](Self::renew); 30 s by default.
    #[must_use]
    pub const fn lease(self, lease: Duration) -> Self {
        Self { lease, ..self }
    }

    /// How long a call is taken to be under way that is not renewed.
    pub const fn leased_for(&self) -> Duration {
        self.lease
    }

    /// How long answers are kept; 30 days by default. A message that is attempted again after that calls anew. It is
    /// recorded with each answer, for those who [forget](Self::trim_all) the old ones of all names.
    #[must_use]
    pub const fn retention(self, retention: Duration) -> Self {
        Self { retention, ..self }
    }

    /// How long answers are kept.
    #[cfg(feature = "sql")]
    pub(in crate::store) const fn kept_for(&self) -> Duration {
        self.retention
    }

    /// Records that the effect is about to be called, in one commit; or answers what is known of it. Cancel safe: an
    /// effect whose caller vanished is `Unanswered` when its lease has ended.
    ///
    /// # Errors
    /// `InProgress` where another calls it now; `Mismatch` where another request was made by this id; else as a
    /// commit's, a `Conflict` where another was faster.
    pub async fn begin<D>(
        &self,
        store: &Store<D>,
        (message, part): (&[u8], u64),
        request: &[u8],
        owner: u64,
    ) -> Result<Begun, StoreError> {
        let at = self.key(message, part);
        let mut tx = store.begin()?;
        let now = tx.unix_ms();
        let seen = claim::peek::<Sent>(&mut tx, &at, RecordKind::Effect)?;
        let (head, sent) = match seen {
            None => {
                let (request, error) = (request.into(), String::new());
                (None, Sent { request, answer: None, error, calls: 0, first_ms: now, until_ms: None })
            }
            Some((_, sent)) if sent.request != request => {
                return Err(mismatch());
            }
            Some((_, Sent { answer: Some(answer), .. })) => return Ok(Begun::Done(answer)),
            Some((head, _)) if head.state == State::Dead => return Ok(Begun::Parked),
            Some((head, _)) if head.state == State::Claimed && head.time > now => {
                return Err(in_progress(head.time, now));
            }
            Some((head, sent)) => (Some(head), sent),
        };
        claim::unchanged(&mut tx, &at, head.as_ref());
        let sent = Sent { calls: sent.calls.saturating_add(1), ..sent };
        claim::claim(&mut tx, at, RecordKind::Effect, owner, claim::end(now, self.lease), &sent)?;
        tx.write(Write::put(self.open(message, part), RecordKind::Index, 0, &[]))?;
        let claim = Claim { owner, fence: tx.commit().await?.sequence };
        Ok(if head.is_none() { Begun::First(claim) } else { Begun::Unanswered(claim) })
    }

    /// That the call is still under way, for one lease more.
    ///
    /// # Errors
    /// `Lost` where another attempt has taken it over; else as a commit's.
    pub async fn renew<D>(&self, store: &Store<D>, id: (&[u8], u64), claim: Claim) -> Result<(), StoreError> {
        let mut tx = store.begin_own()?;
        let until = claim::end(tx.unix_ms(), self.lease);
        let sent = self.mine(&mut tx, id, claim)?;
        self.put(&mut tx, id, Head::new(State::Claimed, claim, until), &sent)?;
        tx.commit().await.map(drop)
    }

    /// What became of the call.
    ///
    /// # Errors
    /// As [`renew`](Self::renew).
    pub async fn end<D>(
        &self,
        store: &Store<D>,
        id: (&[u8], u64),
        claim: Claim,
        ended: Ended,
    ) -> Result<(), StoreError> {
        let mut tx = store.begin_own()?;
        let sent = self.mine(&mut tx, id, claim)?;
        let (state, error) = match ended {
            Ended::Answered(answer) => {
                self.answered(&mut tx, id, claim, Sent { answer: Some(answer), ..sent })?;
                return tx.commit().await.map(drop);
            }
            Ended::Undone => {
                self.forget(&mut tx, id)?;
                return tx.commit().await.map(drop);
            }
            Ended::Unanswered(error) => (State::Ready, error),
            Ended::Parked(error) => (State::Dead, error),
        };
        let now = tx.unix_ms();
        self.put(&mut tx, id, Head::new(state, claim, now), &Sent { error, ..sent })?;
        tx.commit().await.map(drop)
    }

    /// Up to `limit` effects whose answer is not known, of all names, after one of them: those that are parked, and
    /// those that are under way.
    ///
    /// # Errors
    /// As a read's.
    pub fn list<D>(store: &Store<D>, after: Option<&EffectId>, limit: usize) -> Result<Vec<OpenEffect>, StoreError> {
        let mut tx = store.begin_own()?;
        let mut all = Span::prefix(&Space::EffectsOpen.key());
        if let Some(EffectId { name, message, part }) = after {
            all.start = span::next(&Space::EffectsOpen.with((name, message, part)));
        }
        let mut open = Vec::new();
        for (at, _) in tx.glance(&all, limit)? {
            let (name, message, part): (String, Vec<u8>, u64) = Space::EffectsOpen.parts(&at)?;
            let record = Space::Effects.with((&name, &message, part));
            let Some((head, sent)) = claim::peek::<Sent>(&mut tx, &record, RecordKind::Effect)? else { continue };
            let id = EffectId { name, message, part };
            let Sent { request, error, calls, first_ms, .. } = sent;
            open.push(OpenEffect { id, request, is_parked: head.state == State::Dead, error, calls, first_ms });
        }
        Ok(open)
    }

    /// Somebody has found out what became of an effect without an answer: it has answered with this, or it did not
    /// happen, and the next attempt calls it.
    ///
    /// # Errors
    /// `Missing` where it is answered, was never called, or is being called; else as a commit's.
    pub async fn resolve<D>(
        &self,
        store: &Store<D>,
        id: (&[u8], u64),
        answer: Option<Vec<u8>>,
    ) -> Result<(), StoreError> {
        let at = self.key(id.0, id.1);
        let mut tx = store.begin_own()?;
        let seen = claim::peek::<Sent>(&mut tx, &at, RecordKind::Effect)?;
        let now = tx.unix_ms();
        let is_idle = |head: &Head| match head.state {
            State::Dead | State::Ready => true,
            State::Claimed => head.time <= now,
            _ => false,
        };
        let Some((head, sent)) = seen.filter(|(head, _)| is_idle(head)) else {
            return Err(not_waiting());
        };
        claim::unchanged(&mut tx, &at, Some(&head));
        match answer {
            Some(answer) => self.answered(&mut tx, id, head.claim, Sent { answer: Some(answer), ..sent })?,
            None => self.forget(&mut tx, id)?,
        }
        tx.commit().await.map(drop)
    }

    /// Removes up to `limit` answers that are older than the retention, and says how many. What has no answer stays.
    ///
    /// # Errors
    /// As a commit's; a `Conflict` says that others were at the same.
    pub async fn trim<D>(&self, store: &Store<D>, limit: usize) -> Result<usize, StoreError> {
        let mut tx = store.begin_own()?;
        let end = (self.name, tx.unix_ms().saturating_sub(millis(self.retention)));
        let mut trimmed = 0;
        for (age, _) in tx.glance(&Space::EffectsDone.before(self.name, end), limit)? {
            let (_, _, message, part): (String, u64, Vec<u8>, u64) = Space::EffectsDone.parts(&age)?;
            let at = self.key(&message, part);
            let seen = claim::peek::<Sent>(&mut tx, &at, RecordKind::Effect)?;
            if let Some((head, sent)) = seen.filter(|(head, _)| self.age(head.time, &message, part) == age) {
                // Somebody else may forget it first, and a late attempt call it anew: that answer stays.
                claim::unchanged(&mut tx, &at, Some(&head));
                tx.write(Write::delete(at))?;
                if let Some(until) = sent.until_ms {
                    tx.write(Write::delete(Space::EffectsKept.with((until, self.name, &message, part))))?;
                }
                trimmed += 1;
            }
            tx.write(Write::delete(age))?;
        }
        tx.commit().await?;
        Ok(trimmed)
    }

    /// Removes up to `limit` answers of all names that are older than the retention that was recorded with them, oldest
    /// first, and says how many. Those of programs that recorded none stay, for [`trim`](Self::trim).
    ///
    /// # Errors
    /// As a commit's; a `Conflict` says that others were at the same.
    pub async fn trim_all<D>(store: &Store<D>, limit: usize) -> Result<usize, StoreError> {
        let mut tx = store.begin_own()?;
        let old = Span { end: Some(Space::EffectsKept.with(tx.unix_ms())), ..Span::prefix(&Space::EffectsKept.key()) };
        let mut trimmed = 0;
        for (kept, _) in tx.glance(&old, limit)? {
            let (until, name, message, part): (u64, String, Vec<u8>, u64) = Space::EffectsKept.parts(&kept)?;
            let at = Space::Effects.with((&name, &message, part));
            let seen = claim::peek::<Sent>(&mut tx, &at, RecordKind::Effect)?;
            if let Some((head, _)) = seen.filter(|(_, sent)| sent.until_ms == Some(until)) {
                claim::unchanged(&mut tx, &at, Some(&head));
                tx.write(Write::delete(at))?;
                tx.write(Write::delete(Space::EffectsDone.with((&name, head.time, &message, part))))?;
            }
            tx.write(Write::delete(kept))?;
            trimmed += 1;
        }
        tx.commit().await?;
        Ok(trimmed)
    }

    fn key(&self, message: &[u8], part: u64) -> Vec<u8> {
        Space::Effects.with((self.name, message, part))
    }

    fn open(&self, message: &[u8], part: u64) -> Vec<u8> {
        Space::EffectsOpen.with((self.name, message, part))
    }

    /// Where an answer stands in the order of times.
    fn age(&self, time: u64, message: &[u8], part: u64) -> Vec<u8> {
        Space::EffectsDone.with((self.name, time, message, part))
    }

    /// What was recorded under this claim, which is a precondition of what is written then.
    fn mine(&self, tx: &mut Transaction, (message, part): (&[u8], u64), claim: Claim) -> Result<Sent, StoreError> {
        let at = self.key(message, part);
        let seen = claim::peek::<Sent>(tx, &at, RecordKind::Effect)?;
        claim::held(tx, &at, claim, LOST);
        seen.filter(|(head, _)| head.state == State::Claimed && head.claim == claim)
            .map(|(_, sent)| sent)
            .ok_or_else(|| StoreError::new(ErrorKind::Lost, LOST))
    }

    fn put(
        &self,
        tx: &mut Transaction,
        (message, part): (&[u8], u64),
        head: Head,
        sent: &Sent,
    ) -> Result<(), StoreError> {
        claim::put(tx, self.key(message, part), RecordKind::Effect, head, sent)
    }

    fn answered(&self, tx: &mut Transaction, id: (&[u8], u64), claim: Claim, sent: Sent) -> Result<(), StoreError> {
        let now = tx.unix_ms();
        let until = claim::end(now, self.retention);
        self.put(tx, id, Head::new(State::Done, claim, now), &Sent { until_ms: Some(until), ..sent })?;
        tx.write(Write::delete(self.open(id.0, id.1)))?;
        tx.write(Write::put(self.age(now, id.0, id.1), RecordKind::Index, 0, &[]))?;
        let kept = Space::EffectsKept.with((until, self.name, id.0, id.1));
        tx.write(Write::put(kept, RecordKind::Index, 0, &[]))
    }

    fn forget(&self, tx: &mut Transaction, (message, part): (&[u8], u64)) -> Result<(), StoreError> {
        tx.write(Write::delete(self.key(message, part)))?;
        tx.write(Write::delete(self.open(message, part)))
    }
}

pub(in crate::store) fn mismatch() -> StoreError {
    let detail = "the message has called this effect with another request; give each of several a `part` of its own";
    StoreError::new(ErrorKind::Mismatch, detail)
}

pub(in crate::store) fn in_progress(time: u64, now: u64) -> StoreError {
    let kind = ErrorKind::InProgress { retry_after: until(time, now) };
    StoreError::new(kind, "another attempt at the message calls the effect now; try again")
}

pub(in crate::store) fn not_waiting() -> StoreError {
    StoreError::new(ErrorKind::Missing, "the effect does not wait for its answer; it has one, or is being called")
}
