use core::time::Duration;

use serde::{Deserialize, Serialize};

use super::claim::{self, Claim, Head, State, millis, until};
use crate::store::embedded::group::Write;
use crate::store::embedded::record::{self, RecordKind};
use crate::store::embedded::space::Space;
use crate::store::embedded::store::Store;
use crate::store::embedded::transaction::Transaction;
use crate::store::error::{ErrorKind, StoreError};
use crate::store::span;
use crate::store::value;

/// Idempotency: of all requests with one key, one runs, and the others get its reply.
///
/// Claimed in one commit. Only successes are recorded: whoever fails [releases](Self::release) its claim, and
/// whoever vanishes loses it when its lease ends.
#[derive(Clone, Copy, Debug)]
pub struct Idempotency {
    pub(in crate::store) scope: &'static str,
    pub(in crate::store) lease: Duration,
    pub(in crate::store) retention: Duration,
    /// Whether a trim marks how far it went.
    pub(in crate::store) is_marked: bool,
}

/// What a request is, so that one key with two requests is found: a number over the fields that count.
pub type Fingerprint = u64;

/// A reply as it is recorded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recorded {
    /// How the bytes are encoded.
    pub codec: String,
    /// The fingerprint of the reply's schema.
    pub schema: u64,
    /// The reply.
    pub reply: Vec<u8>,
}

/// What [`Idempotency::claim`] answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claiming {
    /// It is the caller's to run.
    Yours(Claim),
    /// It has run, and this was its reply.
    Done(Recorded),
}

#[derive(Serialize, Deserialize)]
pub(super) struct Request {
    pub(super) request: Fingerprint,
    pub(super) recorded: Option<Recorded>,
}

/// How often a claim is tried while others change the record.
const TRIES: usize = 32;

pub(in crate::store) const LOST: &str =
    "the claim of the idempotency key was lost to another caller; do not act, and ask for its reply";

impl Idempotency {
    /// The keys of one scope: a message's wire name, with the peer where there are several.
    pub const fn new(scope: &'static str) -> Self {
        let (lease, retention) = (Duration::from_secs(30), Duration::from_secs(24 * 60 * 60));
        Self { scope, lease, retention, is_marked: false }
    }

    /// How long a claim lasts unless it is renewed; 30 s by default.
    #[must_use]
    pub const fn lease(self, lease: Duration) -> Self {
        Self { lease, ..self }
    }

    /// The scope.
    #[cfg(feature = "wire")]
    pub(crate) const fn scope(&self) -> &'static str {
        self.scope
    }

    /// How long a claim lasts.
    #[cfg(feature = "wire")]
    pub(crate) const fn leased(&self) -> Duration {
        self.lease
    }

    /// How long replies are kept; a day by default.
    #[must_use]
    pub const fn retention(self, retention: Duration) -> Self {
        Self { retention, ..self }
    }

    /// The same, of which a trim marks how far it went.
    #[cfg(feature = "wire")]
    pub(crate) const fn marked(self) -> Self {
        Self { is_marked: true, ..self }
    }

    /// By how much the clocks of who sends and of who remembers may differ.
    pub(in crate::store) fn skew(&self) -> u64 {
        millis(self.retention / 4)
    }

    /// Claims the key, or gets the reply that is recorded: one commit, or none. Cancel safe: a claim whose
    /// caller vanished ends with its lease.
    ///
    /// # Errors
    /// `InProgress` where another caller runs it; `Mismatch` where the key was used with another request; else
    /// as a commit's.
    pub async fn claim<D>(
        &self,
        store: &Store<D>,
        key: &[u8],
        request: Fingerprint,
        owner: u64,
    ) -> Result<Claiming, StoreError> {
        let at = self.key(key);
        for _ in 0..TRIES {
            let mut tx = store.begin()?;
            let now = tx.unix_ms();
            let seen = claim::peek::<Request>(&mut tx, &at, RecordKind::Idempotency)?;
            if let Some(done) = answer(seen.as_ref(), request, now)? {
                return Ok(Claiming::Done(done));
            }
            claim::unchanged(&mut tx, &at, seen.as_ref().map(|(head, _)| head));
            if let Some((head, _)) = &seen {
                tx.write(Write::delete(self.age(head.time, key)))?;
            }
            let until = claim::end(now, self.lease);
            let rest = Request { request, recorded: None };
            claim::claim(&mut tx, at.clone(), RecordKind::Idempotency, owner, until, &rest)?;
            tx.write(Write::put(self.age(until, key), RecordKind::Index, 0, &[]))?;
            match tx.commit().await {
                Ok(committed) => return Ok(Claiming::Yours(Claim { owner, fence: committed.sequence })),
                Err(error) if error.kind() == ErrorKind::Conflict => {}
                Err(error) => return Err(error),
            }
        }
        Err(StoreError::new(ErrorKind::Conflict, "too many callers race for one idempotency key; run again"))
    }

    /// Prolongs a claim by its lease, from now.
    ///
    /// # Errors
    /// `Lost` where it is another's by now: the work has to stop. Else as a commit's.
    pub async fn renew<D>(&self, store: &Store<D>, key: &[u8], claim: Claim) -> Result<(), StoreError> {
        let at = self.key(key);
        let mut tx = store.begin_own()?;
        let (head, rest) = self.mine(&mut tx, &at, claim)?;
        claim::held(&mut tx, &at, claim, LOST);
        let until = claim::end(tx.unix_ms(), self.lease);
        tx.write(Write::delete(self.age(head.time, key)))?;
        tx.write(Write::put(self.age(until, key), RecordKind::Index, 0, &[]))?;
        claim::put(&mut tx, at, RecordKind::Idempotency, Head { time: until, ..head }, &rest)?;
        tx.commit().await.map(drop)
    }

    /// Records the reply, in the transaction of the effect: both are there, or neither.
    ///
    /// # Errors
    /// `Lost` where the claim is gone already; where it goes until the commit, that answers `Lost`.
    pub fn complete(&self, tx: &mut Transaction, key: &[u8], claim: Claim, reply: Recorded) -> Result<(), StoreError> {
        let at = self.key(key);
        let (head, rest) = self.mine(tx, &at, claim)?;
        claim::held(tx, &at, claim, LOST);
        self.done(tx, key, at, claim, head.time, Request { recorded: Some(reply), ..rest })
    }

    /// Gives the claim up: the request failed, and the next caller runs it anew.
    ///
    /// # Errors
    /// `Lost` where it is another's by now, which is none of the caller's business; else as a commit's.
    pub async fn release<D>(&self, store: &Store<D>, key: &[u8], claim: Claim) -> Result<(), StoreError> {
        let at = self.key(key);
        let mut tx = store.begin_own()?;
        let (head, _) = self.mine(&mut tx, &at, claim)?;
        claim::held(&mut tx, &at, claim, LOST);
        tx.write(Write::delete(self.age(head.time, key)))?;
        tx.write(Write::delete(at))?;
        tx.commit().await.map(drop)
    }

    /// The reply that is recorded, without a claim: for effects that are rows of this transaction and nothing
    /// else. Two that run at once conflict at their commits, and one of them runs again and finds the reply.
    ///
    /// # Errors
    /// `Mismatch`, `InProgress`; else as a read's.
    pub fn check(
        &self,
        tx: &mut Transaction,
        key: &[u8],
        request: Fingerprint,
    ) -> Result<Option<Recorded>, StoreError> {
        let at = self.key(key);
        let now = tx.unix_ms();
        let seen =
            tx.read(&at)?.map(|record| claim::parse::<Request>(&at, &record, RecordKind::Idempotency)).transpose()?;
        answer(seen.as_ref(), request, now)
    }

    /// Records the reply of a request that was [checked](Self::check) in the same transaction.
    ///
    /// # Errors
    /// As a write's.
    pub fn record(
        &self,
        tx: &mut Transaction,
        key: &[u8],
        request: Fingerprint,
        reply: Recorded,
    ) -> Result<(), StoreError> {
        let at = self.key(key);
        let seen = claim::peek::<Request>(tx, &at, RecordKind::Idempotency)?;
        let old = seen.map_or(0, |(head, _)| head.time);
        let nobody = Claim { owner: 0, fence: 0 };
        self.done(tx, key, at, nobody, old, Request { request, recorded: Some(reply) })
    }

    /// Removes up to `limit` replies that are older than the retention, and says how many. The claims among them whose
    /// owners have vanished go, too, and do not count.
    ///
    /// # Errors
    /// As a commit's; a `Conflict` says that others were at the same.
    pub async fn trim<D>(&self, store: &Store<D>, limit: usize) -> Result<usize, StoreError> {
        let mut tx = store.begin_own()?;
        let now = tx.unix_ms();
        let end = (self.scope, now.saturating_sub(millis(self.retention)));
        let mut span = Space::IdempotencyDone.before(self.scope, end);
        let (mut trimmed, mut last) = (0, None);
        while trimmed < limit {
            let old = tx.glance(&span, limit - trimmed)?;
            let Some((end, _)) = old.last() else { break };
            span.start = span::next(end);
            for (index, _) in old {
                let (_, time, key): (String, u64, Vec<u8>) = Space::IdempotencyDone.parts(&index)?;
                let at = self.key(&key);
                let seen = claim::peek::<Request>(&mut tx, &at, RecordKind::Idempotency)?;
                if let Some((head, _)) = seen.filter(|(head, _)| self.age(head.time, &key) == index) {
                    claim::unchanged(&mut tx, &at, Some(&head));
                    tx.write(Write::delete(at))?;
                    if head.state == State::Done {
                        trimmed += 1;
                        last = last.max(Some(time));
                    }
                }
                tx.write(Write::delete(index))?;
            }
        }
        if let Some(last) = last.filter(|_| self.is_marked) {
            let end = (last + 1).saturating_add(self.skew());
            let end = self.mark(&mut tx)?.map_or(end, |before| before.max(end));
            tx.write(Write::put(self.mark_key(), RecordKind::Inbox, 0, &value::encode(&end)?))?;
        }
        tx.commit().await?;
        Ok(trimmed)
    }

    /// What was sent before this, in milliseconds since 1970, may have been handled and trimmed.
    ///
    /// # Errors
    /// As a read's.
    pub(in crate::store) fn forgotten<D>(&self, store: &Store<D>) -> Result<Option<u64>, StoreError> {
        self.mark(&mut store.begin_own()?)
    }

    fn mark(&self, tx: &mut Transaction) -> Result<Option<u64>, StoreError> {
        let at = self.mark_key();
        let Some(record) = tx.read(&at)? else { return Ok(None) };
        value::decode(record::payload(&at, &record, RecordKind::Inbox, 0)?).map(Some)
    }

    /// Beside the marks of inboxes that a transaction takes messages in by, none of which has an empty source.
    fn mark_key(&self) -> Vec<u8> {
        Space::Watermark.with((self.scope, "", &[][..]))
    }

    pub(super) fn key(&self, key: &[u8]) -> Vec<u8> {
        Space::Idempotency.with((self.scope, key))
    }

    /// Where the record stands in the order of times.
    pub(super) fn age(&self, time: u64, key: &[u8]) -> Vec<u8> {
        Space::IdempotencyDone.with((self.scope, time, key))
    }

    fn mine(&self, tx: &mut Transaction, at: &[u8], claim: Claim) -> Result<(Head, Request), StoreError> {
        let seen = claim::peek::<Request>(tx, at, RecordKind::Idempotency)?;
        seen.filter(|(head, _)| head.state == State::Claimed && head.claim == claim)
            .ok_or_else(|| StoreError::new(ErrorKind::Lost, LOST))
    }

    fn done(
        &self,
        tx: &mut Transaction,
        key: &[u8],
        at: Vec<u8>,
        claim: Claim,
        old: u64,
        rest: Request,
    ) -> Result<(), StoreError> {
        let now = tx.unix_ms();
        tx.write(Write::delete(self.age(old, key)))?;
        tx.write(Write::put(self.age(now, key), RecordKind::Index, 0, &[]))?;
        claim::put(tx, at, RecordKind::Idempotency, Head::new(State::Done, claim, now), &rest)
    }
}

/// The reply, where there is one; nothing where the caller may have the claim.
fn answer(seen: Option<&(Head, Request)>, request: Fingerprint, now: u64) -> Result<Option<Recorded>, StoreError> {
    let Some((head, rest)) = seen else { return Ok(None) };
    if rest.request != request {
        return Err(mismatch());
    }
    match &rest.recorded {
        Some(recorded) => Ok(Some(recorded.clone())),
        None if head.time > now => Err(in_progress(head.time, now)),
        None => Ok(None),
    }
}

pub(in crate::store) fn mismatch() -> StoreError {
    let detail = "the idempotency key came before with another request; use a new key for a new request";
    StoreError::new(ErrorKind::Mismatch, detail)
}

pub(in crate::store) fn in_progress(time: u64, now: u64) -> StoreError {
    let kind = ErrorKind::InProgress { retry_after: until(time, now) };
    StoreError::new(kind, "the same request is being handled; ask again for its reply")
}
