use serde::{Deserialize, Serialize};

use crate::store::embedded::group::Write;
use crate::store::embedded::record::{self, RecordKind};
use crate::store::embedded::space::Space;
use crate::store::embedded::store::Store;
use crate::store::embedded::transaction::Transaction;
use crate::store::error::{ErrorKind, StoreError};
use crate::store::span;
use crate::store::value;

/// Messages that were given up, kept as they came until somebody looks.
#[derive(Clone, Copy, Debug)]
pub struct DeadLetters {
    pub(in crate::store) name: &'static str,
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
}

impl DeadLetters {
    /// The dead letters of this name, which stays the same when the program changes.
    pub const fn new(name: &'static str) -> Self {
        Self { name }
    }

    /// Puts a message there, as part of the transaction.
    ///
    /// # Errors
    /// As a write's.
    pub fn put(&self, tx: &mut Transaction, letter: &DeadLetter) -> Result<(), StoreError> {
        let mut key = Space::DeadLetters.with(self.name);
        let stamp = key.len();
        key.extend_from_slice(&[0; 8]);
        key.extend_from_slice(&tx.ordinal().to_be_bytes());
        tx.write(Write::stamped(key, RecordKind::DeadLetter, &value::encode(letter)?, Some(stamp), None))
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
        let letter = DeadLetter { body, ..self.take(&mut tx, id)? };
        tx.write(Write::put(self.key(id), RecordKind::DeadLetter, 0, &value::encode(&letter)?))?;
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
        Ok(letter)
    }

    /// Throws it away.
    ///
    /// # Errors
    /// `Missing`; else as a commit's.
    pub async fn discard<D>(&self, store: &Store<D>, id: LetterId) -> Result<(), StoreError> {
        let mut tx = store.begin_own()?;
        let letter = self.take(&mut tx, id)?;
        super::outbox::heard::forget(&mut tx, letter.id)?;
        tx.commit().await.map(drop)
    }

    fn key(&self, LetterId(sequence, number): LetterId) -> Vec<u8> {
        Space::DeadLetters.with((self.name, sequence, number))
    }
}

fn letter(key: &[u8], bytes: &[u8]) -> Result<DeadLetter, StoreError> {
    value::decode(record::payload(key, bytes, RecordKind::DeadLetter, 0)?)
}

pub(in crate::store) fn missing() -> StoreError {
    StoreError::new(ErrorKind::Missing, "there is no such dead letter; it was replayed or discarded")
}
