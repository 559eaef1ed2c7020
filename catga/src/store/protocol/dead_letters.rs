use serde::{Deserialize, Serialize};

use super::idempotency::Idempotency;
use crate::store::embedded::group::Write;
use crate::store::embedded::record::{self, RecordKind};
use crate::store::embedded::space::Space;
use crate::store::embedded::store::Store;
use crate::store::embedded::transaction::Transaction;
use crate::store::error::{ErrorKind, StoreError};
use crate::store::span;
use crate::store::value;

/// Messages that were given up, kept as they came until somebody looks.
///
/// What a relay gives up leaves its outbox in the same commit, and is there once. What a [group](DeadLetter::group) of
/// consumers gives up may come again from its transport, and is one letter, however often: that of its group, its source,
/// its id and its fingerprint, as it was kept first.
#[derive(Clone, Copy, Debug)]
pub struct DeadLetters {
    pub(in crate::store) name: &'static str,
    pub(in crate::store) limit: u64,
}

/// Which dead letter: where it came in the order of all, as `sequence.number`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LetterId(pub u64, pub u32);

/// A message that was given up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeadLetter {
    /// The message's id, which it keeps when it is replayed.
    pub id: u64,
    /// What message it is, as far as that is known.
    pub name: String,
    /// Where it came from.
    pub source: String,
    /// What its order is kept by.
    pub key: Vec<u8>,
    /// As it came.
    pub body: Vec<u8>,
    /// The last failure, and what it was caused by.
    pub errors: Vec<String>,
    /// How often it was tried.
    pub attempts: u32,
    /// When it came first, in milliseconds since 1970.
    pub first_ms: u64,
    /// When it was given up.
    pub last_ms: u64,
    /// The group of consumers that gave it up; empty where it was a relay.
    #[serde(default)]
    pub group: String,
    /// A number over what it said when it came, which stays when it is edited; zero where it was a relay's.
    #[serde(default)]
    pub fingerprint: u64,
}

impl DeadLetters {
    /// The dead letters of this name, which stays the same when the program changes.
    pub const fn new(name: &'static str) -> Self {
        Self { name, limit: 100_000 }
    }

    /// How many letters of consumers are kept; a hundred thousand by default. More are refused where they are
    /// [buried](Self::bury), and stay with their transport. Letters of a relay are not held to it: they were taken in
    /// before.
    ///
    /// It is the number of those that were committed when one is buried: those that are under way at once may go beyond
    /// it.
    #[must_use]
    pub const fn limit(self, letters: u64) -> Self {
        Self { limit: letters, ..self }
    }

    /// Puts a message there, as part of the transaction. What a group of consumers gives up once more is there, and stays
    /// as it is.
    ///
    /// # Errors
    /// As a read's and a write's.
    pub fn put(&self, tx: &mut Transaction, letter: &DeadLetter) -> Result<(), StoreError> {
        let once = self.once(letter);
        if let Some(once) = &once
            && (self.has(tx, once)? || !tx.once(once.clone()))
        {
            return Ok(());
        }
        let (mut key, number) = (Space::DeadLetters.with(self.name), tx.ordinal().to_be_bytes());
        let stamp = key.len();
        key.extend_from_slice(&[0; 8]);
        key.extend_from_slice(&number);
        tx.write(Write::stamped(key, RecordKind::DeadLetter, &value::encode(letter)?, Some(stamp), None))?;
        if let Some(once) = once {
            let at = [&[0; 8][..], &number].concat();
            tx.write(Write::stamped(once, RecordKind::DeadLetter, &at, None, Some(0)))?;
            tx.write(Write::add(self.count(), 1))?;
        }
        Ok(())
    }

    /// Keeps a message that a group of consumers gives up, in a commit of its own. Cancel safe: where the caller does not
    /// hear of it, it may be kept, and keeping it again makes no other letter.
    ///
    /// # Errors
    /// `Overloaded` where there are as many as there may be; else as a commit's.
    pub async fn bury<D>(&self, store: &Store<D>, letter: &DeadLetter) -> Result<(), StoreError> {
        for _ in 0..TRIES {
            let mut tx = store.begin_own()?;
            if let Some(once) = self.once(letter) {
                if self.has(&mut tx, &once)? {
                    return Ok(());
                }
                if self.counted(&mut tx)? >= self.limit {
                    return Err(full());
                }
            }
            self.put(&mut tx, letter)?;
            match tx.commit().await {
                // Another has buried the same.
                Err(error) if error.kind() == ErrorKind::Conflict => {}
                done => return done.map(drop),
            }
        }
        Err(StoreError::new(ErrorKind::Conflict, "too many give one message up at once; run again"))
    }

    /// Up to `limit` of them, oldest first, after one of them.
    ///
    /// # Errors
    /// As a read's.
    pub fn list<D>(
        &self,
        store: &Store<D>,
        after: Option<LetterId>,
        limit: usize,
    ) -> Result<Vec<(LetterId, DeadLetter)>, StoreError> {
        let mut all = Space::DeadLetters.span(self.name);
        if let Some(after) = after {
            all.start = span::next(&self.key(after));
        }
        let letter = |(at, bytes): (Vec<u8>, Vec<u8>)| {
            let (_, sequence, number): (String, u64, u32) = Space::DeadLetters.parts(&at)?;
            Ok((LetterId(sequence, number), letter(&at, &bytes)?))
        };
        store.begin_own()?.glance(&all, limit)?.into_iter().map(letter).collect()
    }

    /// One of them.
    ///
    /// # Errors
    /// `Missing`; else as a read's.
    pub fn show<D>(&self, store: &Store<D>, id: LetterId) -> Result<DeadLetter, StoreError> {
        let key = self.key(id);
        store.begin_own()?.peek(&key)?.map_or_else(|| Err(missing()), |bytes| letter(&key, &bytes))
    }

    /// Changes its body, so that it may be replayed.
    ///
    /// # Errors
    /// `Missing`; else as a commit's.
    pub async fn edit<D>(&self, store: &Store<D>, id: LetterId, body: Vec<u8>) -> Result<(), StoreError> {
        let mut tx = store.begin_own()?;
        let key = self.key(id);
        let seen = tx.read(&key)?.map_or_else(|| Err(missing()), |bytes| letter(&key, &bytes))?;
        let letter = DeadLetter { body, ..seen };
        tx.write(Write::put(key, RecordKind::DeadLetter, 0, &value::encode(&letter)?))?;
        tx.commit().await.map(drop)
    }

    /// Takes it out, as part of the transaction: of its effect, when it is replayed, so that it is replayed
    /// once. Of two that take one, one conflicts at its commit.
    ///
    /// # Errors
    /// `Missing`; else as a read's and a write's.
    pub fn take(&self, tx: &mut Transaction, id: LetterId) -> Result<DeadLetter, StoreError> {
        let key = self.key(id);
        let letter = tx.read(&key)?.map_or_else(|| Err(missing()), |bytes| letter(&key, &bytes))?;
        tx.write(Write::delete(key))?;
        if let Some(once) = self.once(&letter) {
            tx.write(Write::delete(once))?;
            tx.write(Write::add(self.count(), -1))?;
        }
        Ok(letter)
    }

    /// Throws it away.
    ///
    /// # Errors
    /// `Missing`; else as a commit's.
    pub async fn discard<D>(&self, store: &Store<D>, id: LetterId) -> Result<(), StoreError> {
        let mut tx = store.begin_own()?;
        let letter = self.take(&mut tx, id)?;
        // Ids that came from elsewhere are not those of the outboxes.
        if letter.group.is_empty() {
            super::outbox::heard::forget(&mut tx, letter.id)?;
        }
        tx.commit().await.map(drop)
    }

    /// Takes one out for good that consumers gave up, with what is recorded of the request that it was handled by where
    /// it lies: claim or reply, and parts. All in one commit.
    ///
    /// # Errors
    /// `Missing`; else as a commit's.
    pub async fn settle<D>(
        &self,
        store: &Store<D>,
        id: LetterId,
        (records, key): (&Idempotency, &[u8]),
    ) -> Result<(), StoreError> {
        let mut tx = store.begin_own()?;
        self.take(&mut tx, id)?;
        records.forget(&mut tx, key)?;
        tx.commit().await.map(drop)
    }

    /// Where it is recorded that a group of consumers has given a message up; nowhere, where it was a relay.
    fn once(&self, letter: &DeadLetter) -> Option<Vec<u8>> {
        let DeadLetter { group, source, id, fingerprint, .. } = letter;
        let by = (group.as_str(), source.as_str(), (*id, *fingerprint));
        (!group.is_empty()).then(|| Space::DeadLettersOnce.with((self.name, by)))
    }

    /// Whether the letter is there that was recorded so.
    fn has(&self, tx: &mut Transaction, once: &[u8]) -> Result<bool, StoreError> {
        let Some(record) = tx.read(once)? else { return Ok(false) };
        let at = record::payload(once, &record, RecordKind::DeadLetter, 0)?;
        let key = [&Space::DeadLetters.with(self.name)[..], at].concat();
        // A program that knows nothing of this may have taken it out.
        Ok(tx.read(&key)?.is_some())
    }

    /// How many letters of consumers there are.
    fn counted(&self, tx: &mut Transaction) -> Result<u64, StoreError> {
        let at = self.count();
        let count = tx.peek(&at)?.map_or(Ok(0), |record| record::count(&at, &record))?;
        Ok(u64::try_from(count).unwrap_or(0))
    }

    fn count(&self) -> Vec<u8> {
        Space::DeadLettersCount.with(self.name)
    }

    fn key(&self, LetterId(sequence, number): LetterId) -> Vec<u8> {
        Space::DeadLetters.with((self.name, sequence, number))
    }
}

fn letter(key: &[u8], bytes: &[u8]) -> Result<DeadLetter, StoreError> {
    value::decode(record::payload(key, bytes, RecordKind::DeadLetter, 0)?)
}

/// How often a letter is buried while others change it.
const TRIES: usize = 32;

pub(in crate::store) fn full() -> StoreError {
    let detail = "the dead letters are as many as there may be; replay or discard some, or raise `limit`";
    StoreError::new(ErrorKind::Overloaded, detail)
}

pub(in crate::store) fn missing() -> StoreError {
    StoreError::new(ErrorKind::Missing, "there is no such dead letter; it was replayed or discarded")
}
