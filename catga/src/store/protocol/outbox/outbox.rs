use core::time::Duration;

use serde::{Deserialize, Serialize};

use super::message::{Added, OutboxMessage, Stored};
use crate::store::backlogs;
use crate::store::embedded::group::Write;
use crate::store::embedded::record::{self, RecordKind};
use crate::store::embedded::space::Space;
use crate::store::embedded::store::Store;
use crate::store::embedded::transaction::Transaction;
use crate::store::error::{ErrorKind, StoreError};
use crate::store::protocol::claim::{self, Claim, Head, State, millis};
use crate::store::span::{self, Span};
use crate::store::value;

/// The outbox of one destination.
#[derive(Clone, Copy, Debug)]
pub struct Outbox {
    pub(in crate::store) name: &'static str,
    pub(in crate::store) lease: Duration,
    pub(in crate::store) limits: OutboxLimits,
    pub(in crate::store) retention: Duration,
    /// Whether it is for what a relay delivers.
    pub(in crate::store) drains: bool,
}

/// How much an outbox takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutboxLimits {
    /// Rows that are not published yet; a million by default. Handlers that a relay delivers to have an eighth more, so
    /// that what they write in turn does not keep a full outbox from its drain.
    pub rows: u64,
    /// Those of one key; a hundred thousand by default. A key that is parked, or that comes more often than it can be
    /// delivered, leaves the rest to the others. What is due of a schedule, and what a relay delivers and what that
    /// writes in turn, was taken in before and is not held to it.
    ///
    /// It is the number that this process has counted and has added since: transactions that are under way at once may
    /// go beyond it, each by what it adds.
    pub per_key: u64,
    /// How many rows of one key a relay claims at once; one by default.
    pub per_claim: usize,
}

impl Default for OutboxLimits {
    fn default() -> Self {
        Self::DEFAULT
    }
}

impl OutboxLimits {
    /// What an outbox takes unless it is said.
    pub const DEFAULT: Self = Self { rows: 1_000_000, per_key: 100_000, per_claim: 1 };
}

/// Why a key does not move, and how often its first message has failed.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Trouble {
    pub(super) attempts: u32,
    pub(super) error: String,
}

/// The oldest message of some keys.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Oldest {
    /// When it was added, in milliseconds since 1970; none where there is no message.
    pub added_ms: Option<u64>,
    /// The key to go on after, where there may be more.
    pub next: Option<Vec<u8>>,
    /// The store's time, in milliseconds since 1970.
    pub now_ms: u64,
}

/// The earlier of two times, either of which may be none.
pub(crate) fn earlier(one: Option<u64>, other: Option<u64>) -> Option<u64> {
    one.into_iter().chain(other).min()
}

/// What is with a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyState {
    /// A relay has it, until then.
    Claimed,
    /// Its first message has failed, and is tried again then.
    Waiting,
    /// Its first message was given up; nothing of the key moves until somebody [resumes](Outbox::resume) it.
    Parked,
    /// Its first message is one that this program does not know; it moves when a program [resumes](Outbox::resume) it.
    Held,
}

/// A key that is held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldKey {
    /// The key.
    pub key: Vec<u8>,
    /// The id of its first message.
    pub id: u64,
    /// The name of its first message.
    pub name: String,
}

/// What is with a key that does not simply wait for its turn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyInfo {
    /// The key.
    pub key: Vec<u8>,
    /// What is with it.
    pub state: KeyState,
    /// Since or until when, in milliseconds since 1970.
    pub time_ms: u64,
    /// How often its first message has failed.
    pub attempts: u32,
    /// What the last failure said.
    pub error: String,
}

impl Outbox {
    /// The outbox of this name, which stays the same when the program changes.
    pub const fn new(name: &'static str) -> Self {
        let limits = OutboxLimits::DEFAULT;
        Self { name, lease: Duration::from_secs(30), limits, retention: Duration::ZERO, drains: false }
    }

    /// How long a relay has a key that it has claimed; 30 s by default.
    #[must_use]
    pub const fn lease(self, lease: Duration) -> Self {
        Self { lease, ..self }
    }

    /// How much it takes.
    #[must_use]
    pub const fn limits(self, limits: OutboxLimits) -> Self {
        Self { limits, ..self }
    }

    /// How long published rows are kept, to be looked at; not at all, by default.
    #[must_use]
    pub const fn retention(self, retention: Duration) -> Self {
        Self { retention, ..self }
    }

    /// Its name.
    #[cfg(feature = "wire")]
    pub(crate) const fn called(&self) -> &'static str {
        self.name
    }

    /// How long a relay has a key that it has claimed.
    #[cfg(feature = "wire")]
    pub(crate) const fn claimed_for(&self) -> Duration {
        self.lease
    }

    /// How long published rows are kept.
    #[cfg(feature = "wire")]
    pub(crate) const fn kept_for(&self) -> Duration {
        self.retention
    }

    /// Adds a message, as part of the transaction.
    ///
    /// # Errors
    /// `Overloaded` where the backlog is full, or that of the key: stop the intake, not the drain. Else as a write's.
    pub fn add(&self, tx: &mut Transaction, message: &OutboxMessage) -> Result<Added, StoreError> {
        let backlog = self.whole_has_room(tx)?;
        self.key_has_room(tx, backlog, &message.key, 1)?;
        self.put(tx, message)
    }

    /// The same for a message that the store has already, elsewhere: its key takes it.
    pub(in crate::store) fn move_in(&self, tx: &mut Transaction, message: &OutboxMessage) -> Result<Added, StoreError> {
        self.whole_has_room(tx)?;
        self.put(tx, message)
    }

    fn put(&self, tx: &mut Transaction, message: &OutboxMessage) -> Result<Added, StoreError> {
        if !tx.once(Space::Outbox.with((self.name, message.key.as_slice(), message.id))) {
            return Ok(Added::Duplicate);
        }
        let stored =
            Stored { id: message.id, name: message.name.clone(), body: message.body.clone(), added_ms: tx.unix_ms() };
        let mut key = Space::Outbox.with((self.name, message.key.as_slice()));
        let stamp = key.len();
        key.extend_from_slice(&[0; 8]);
        key.extend_from_slice(&tx.ordinal().to_be_bytes());
        tx.write(Write::stamped(key, RecordKind::Outbox, &value::encode(&stored)?, Some(stamp), None))?;
        tx.write(Write::put(self.ready(&message.key), RecordKind::Index, 0, &[]))?;
        tx.write(Write::add(self.count(), 1))?;
        Ok(Added::New)
    }

    /// The same for a handler that a relay delivers to, which has the reserve.
    #[cfg(feature = "wire")]
    pub(crate) const fn in_drain(self) -> Self {
        let rows = self.limits.rows.saturating_add(self.limits.rows.div_ceil(8));
        // A key whose first message writes another for the same key would never move again.
        let per_key = u64::MAX;
        Self { limits: OutboxLimits { rows, per_key, ..self.limits }, drains: true, ..self }
    }

    /// Whether it takes a message, besides those that it has; of this key, where there is one.
    ///
    /// # Errors
    /// `Overloaded` where it does not, or where the store's file has no room; else as a read's.
    pub fn has_room(&self, tx: &mut Transaction, key: Option<&[u8]>) -> Result<(), StoreError> {
        let backlog = self.whole_has_room(tx)?;
        key.map_or(Ok(()), |key| self.key_has_room(tx, backlog, key, 0))
    }

    /// How many rows more it takes.
    pub(in crate::store) fn room(&self, tx: &mut Transaction) -> Result<u64, StoreError> {
        self.whole_has_room(tx).map(|backlog| self.limits.rows - backlog)
    }

    /// How many rows it has, where it takes one more.
    fn whole_has_room(&self, tx: &mut Transaction) -> Result<u64, StoreError> {
        tx.has_room(self.drains)?;
        let count = tx.peek(&self.count())?.map_or(Ok(0), |record| record::count(&self.count(), &record))?;
        let backlog = u64::try_from(count).unwrap_or(0);
        if backlog < self.limits.rows { Ok(backlog) } else { Err(backlogs::full()) }
    }

    fn key_has_room(&self, tx: &Transaction, backlog: u64, key: &[u8], rows: u64) -> Result<(), StoreError> {
        if !backlogs::is_near(backlog, self.limits.per_key) {
            return Ok(());
        }
        let count = || self.count_of(tx, key);
        tx.backlogs().takes_of((self.name, key), (rows, self.limits.per_key), tx.unix_ms(), count)
    }

    /// How many rows a key has; those above its limit are not counted.
    fn count_of(&self, tx: &Transaction, key: &[u8]) -> Result<u64, StoreError> {
        const AT_ONCE: usize = 256;
        let (mut rows, mut span) = (0, Space::Outbox.span((self.name, key)));
        loop {
            let page = tx.glance(&span, AT_ONCE)?;
            rows += page.len() as u64;
            match page.last() {
                Some((last, _)) if page.len() == AT_ONCE && rows < self.limits.per_key => {
                    span.start = span::next(last);
                }
                _ => return Ok(rows),
            }
        }
    }

    /// Lets the transaction commit only while a key is that relay's: what a handler does for a relay that has lost its
    /// key is not done.
    pub(in crate::store) fn hold(&self, tx: &mut Transaction, key: &[u8], claim: Claim) {
        claim::held(tx, &self.state(key), claim, super::relay::LOST);
    }

    /// How many rows are not published yet.
    ///
    /// # Errors
    /// As a read's.
    pub fn backlog<D>(&self, store: &Store<D>) -> Result<u64, StoreError> {
        let record = store.begin_own()?.peek(&self.count())?;
        let count = record.map_or(Ok(0), |record| record::count(&self.count(), &record))?;
        Ok(u64::try_from(count).unwrap_or(0))
    }

    /// The oldest message of up to `limit` keys, after one of them.
    ///
    /// # Errors
    /// As a read's.
    pub fn oldest<D>(&self, store: &Store<D>, after: Option<&[u8]>, limit: usize) -> Result<Oldest, StoreError> {
        let tx = store.begin_own()?;
        let all = Space::Outbox.span(self.name);
        let behind = |key: &[u8]| Space::Outbox.span((self.name, key)).end;
        let mut start = after.map_or(Some(all.start.clone()), behind);
        let mut seen = Oldest { added_ms: None, next: None, now_ms: tx.unix_ms() };
        for _ in 0..limit {
            let Some(from) = start.take() else { return Ok(Oldest { next: None, ..seen }) };
            let first = tx.glance(&Span { start: from, end: all.end.clone() }, 1)?;
            let Some((at, record)) = first.first() else { return Ok(Oldest { next: None, ..seen }) };
            let (_, key, _, _): (String, Vec<u8>, u64, u32) = Space::Outbox.parts(at)?;
            let stored: Stored = value::decode(record::payload(at, record, RecordKind::Outbox, 0)?)?;
            seen.added_ms = earlier(seen.added_ms, Some(stored.added_ms));
            start = behind(&key);
            seen.next = Some(key);
        }
        Ok(seen)
    }

    /// Keys that are claimed, wait, are parked or held: up to `limit`, after the key `after`.
    ///
    /// # Errors
    /// As a read's.
    pub fn keys<D>(&self, store: &Store<D>, after: Option<&[u8]>, limit: usize) -> Result<Vec<KeyInfo>, StoreError> {
        let tx = store.begin_own()?;
        let mut span = Space::OutboxKey.span(self.name);
        if let Some(after) = after {
            span.start = crate::store::span::next(&self.state(after));
        }
        let mut keys = Vec::new();
        for (at, record) in tx.glance(&span, limit)? {
            let (_, key): (String, Vec<u8>) = Space::OutboxKey.parts(&at)?;
            let (head, trouble): (Head, Trouble) = claim::parse(&at, &record, RecordKind::Outbox)?;
            let state = match head.state {
                State::Claimed => KeyState::Claimed,
                State::Ready | State::Done => KeyState::Waiting,
                State::Dead => KeyState::Parked,
                State::Held => KeyState::Held,
            };
            keys.push(KeyInfo { key, state, time_ms: head.time, attempts: trouble.attempts, error: trouble.error });
        }
        Ok(keys)
    }

    /// Keys that are held, each with what its first message is: up to `limit`, after the key `after`.
    ///
    /// # Errors
    /// As a read's.
    pub fn held<D>(&self, store: &Store<D>, after: Option<&[u8]>, limit: usize) -> Result<Vec<HeldKey>, StoreError> {
        const AT_ONCE: usize = 256;
        let (mut held, mut after) = (Vec::new(), after.map(<[u8]>::to_vec));
        while held.len() < limit {
            let keys = self.keys(store, after.as_deref(), AT_ONCE)?;
            let is_all = keys.len() < AT_ONCE;
            after = keys.last().map(|last| last.key.clone());
            for KeyInfo { key, .. } in keys.into_iter().filter(|key| key.state == KeyState::Held) {
                let first = self.first(&store.begin_own()?, &key, 1, 0)?.pop();
                held.extend(first.map(|row| HeldKey { key, id: row.message.id, name: row.message.name }));
            }
            if is_all {
                break;
            }
        }
        held.truncate(limit);
        Ok(held)
    }

    /// Lets a parked or held key move again, from its first message on.
    ///
    /// # Errors
    /// `Missing` where the key is neither; else as a commit's.
    pub async fn resume<D>(&self, store: &Store<D>, key: &[u8]) -> Result<(), StoreError> {
        let mut tx = store.begin_own()?;
        let at = self.state(key);
        let seen = claim::peek::<Trouble>(&mut tx, &at, RecordKind::Outbox)?.map(|(head, _)| head);
        let Some(head) = seen.filter(|head| matches!(head.state, State::Dead | State::Held)) else {
            return Err(StoreError::new(ErrorKind::Missing, "the key of the outbox is neither parked nor held"));
        };
        claim::unchanged(&mut tx, &at, Some(&head));
        tx.write(Write::delete(at))?;
        tx.write(Write::put(self.ready(key), RecordKind::Index, 0, &[]))?;
        tx.commit().await.map(drop)
    }

    /// Removes up to `limit` published rows that are older than the retention, and says how many.
    ///
    /// # Errors
    /// As a commit's.
    pub async fn trim<D>(&self, store: &Store<D>, limit: usize) -> Result<usize, StoreError> {
        let mut tx = store.begin_own()?;
        let end = (self.name, tx.unix_ms().saturating_sub(millis(self.retention)));
        let old = tx.glance(&Space::OutboxPublished.before(self.name, end), limit)?;
        for (at, _) in &old {
            tx.write(Write::delete(at.clone()))?;
        }
        tx.commit().await?;
        Ok(old.len())
    }

    /// The ids of up to `limit` published rows that are kept still, oldest first, with when they were published.
    ///
    /// # Errors
    /// As a read's.
    pub fn published<D>(&self, store: &Store<D>, limit: usize) -> Result<Vec<(u64, u64)>, StoreError> {
        let rows = store.begin_own()?.glance(&Space::OutboxPublished.span(self.name), limit)?;
        let id = |(at, _): &(Vec<u8>, Vec<u8>)| {
            let (_, time, id): (String, u64, u64) = Space::OutboxPublished.parts(at)?;
            Ok((id, time))
        };
        rows.iter().map(id).collect()
    }

    /// Forgets a handler that the program has no more, and that had done its part of up to `limit` events whose other
    /// handlers have not: those are held until this is said, or until a handler has its name again. Says of how many
    /// events. Then [`resume`](Self::resume) their keys, or start a relay anew.
    ///
    /// # Errors
    /// As a commit's: some may be forgotten then, and running it again goes on.
    pub async fn forget_handler<D>(store: &Store<D>, name: &str, limit: usize) -> Result<usize, StoreError> {
        super::heard::forget_handler(store, name, limit).await
    }

    pub(super) fn count(&self) -> Vec<u8> {
        Space::OutboxCount.with(self.name)
    }

    pub(super) fn row(&self, key: &[u8], (sequence, ordinal): (u64, u32)) -> Vec<u8> {
        Space::Outbox.with((self.name, key, sequence, ordinal))
    }

    pub(super) fn ready(&self, key: &[u8]) -> Vec<u8> {
        Space::OutboxReady.with((self.name, key))
    }

    pub(super) fn waiting(&self, time: u64, key: &[u8]) -> Vec<u8> {
        Space::OutboxWaiting.with((self.name, time, key))
    }

    pub(super) fn state(&self, key: &[u8]) -> Vec<u8> {
        Space::OutboxKey.with((self.name, key))
    }
}
