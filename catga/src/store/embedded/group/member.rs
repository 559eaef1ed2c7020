use std::borrow::Cow;
use std::sync::Arc;

use super::recent::Live;
use crate::store::embedded::record::{self, RecordKind};
use crate::store::error::{ErrorKind, StoreError};
use crate::store::span::Span;

/// One transaction of a commit group: what it has read, what must hold, what it writes.
#[derive(Clone, Debug, Default)]
pub struct Member {
    /// The snapshot that it has read; without one nothing was read.
    pub at: Option<At>,
    /// Keys that it has read, present or not: none of them may have changed since.
    pub points: Vec<Vec<u8>>,
    /// Ranges that it has read: nothing in them may have changed, come or gone since.
    pub spans: Vec<Span>,
    /// What must hold when it is applied.
    pub needs: Vec<Need>,
    /// What it writes, in order; the last write of a key counts.
    pub writes: Vec<Write>,
}

/// A point of a store's history, kept alive for the check of what was read there.
#[derive(Clone, Debug)]
pub struct At {
    sequence: u64,
    _live: Option<Arc<Live>>,
}

impl At {
    /// The state after this sequence.
    pub fn new(sequence: u64) -> Self {
        Self { sequence, _live: None }
    }

    pub(crate) fn live(sequence: u64, live: Arc<Live>) -> Self {
        Self { sequence, _live: Some(live) }
    }

    /// The sequence of the last transaction that is part of this state.
    pub fn sequence(&self) -> u64 {
        self.sequence
    }
}

/// A precondition on one key, checked when the member is applied and not when it was read.
#[derive(Clone, Debug)]
pub struct Need {
    pub(crate) key: Vec<u8>,
    pub(crate) expect: Expect,
}

#[derive(Clone, Debug)]
pub(crate) enum Expect {
    Absent,
    /// The payload begins with this: the state, owner and fence of a record, whatever follows.
    StartsWith(Vec<u8>),
}

impl Need {
    pub(crate) fn absent(key: Vec<u8>) -> Self {
        Self { key, expect: Expect::Absent }
    }

    pub(crate) fn starts_with(key: Vec<u8>, prefix: Vec<u8>) -> Self {
        Self { key, expect: Expect::StartsWith(prefix) }
    }

    /// The key that it speaks of.
    pub fn key(&self) -> &[u8] {
        &self.key
    }

    /// Whether it holds where the key has this record.
    ///
    /// # Errors
    /// The record is damaged.
    pub fn holds(&self, record: Option<&[u8]>) -> Result<bool, StoreError> {
        match (&self.expect, record) {
            (Expect::Absent, record) => Ok(record.is_none()),
            (Expect::StartsWith(_), None) => Ok(false),
            (Expect::StartsWith(prefix), Some(record)) => {
                Ok(record::open(&self.key, record)?.payload.starts_with(prefix))
            }
        }
    }
}

/// One key that is written or removed.
///
/// Its key and its value may hold a place for the member's own sequence, which is known only when it is
/// applied: so fences and positions come from the one counter of the store, and two members that draw
/// from it do not conflict.
#[derive(Clone, Debug)]
pub struct Write {
    key: Vec<u8>,
    value: Option<Vec<u8>>,
    /// Where the sequence goes, 8 bytes, big endian.
    stamp_key: Option<usize>,
    stamp_value: Option<usize>,
    /// Added to the count that is there, whatever it is: no conflict with others that add.
    add: Option<i64>,
}

impl Write {
    pub(crate) fn put(key: Vec<u8>, kind: RecordKind, version: u16, payload: &[u8]) -> Self {
        Self::record_of(key, record::unsealed(kind, version, payload))
    }

    /// Puts a record that has no sum yet.
    pub(crate) fn record_of(key: Vec<u8>, mut record: Vec<u8>) -> Self {
        record::seal(&key, &mut record);
        Self { key, value: Some(record), stamp_key: None, stamp_value: None, add: None }
    }

    /// The sequence goes to `stamp_key` in the key and to `stamp_value` in the payload.
    pub(crate) fn stamped(
        key: Vec<u8>,
        kind: RecordKind,
        payload: &[u8],
        stamp_key: Option<usize>,
        stamp_value: Option<usize>,
    ) -> Self {
        let value = record::unsealed(kind, 0, payload);
        Self { key, value: Some(value), stamp_key, stamp_value: stamp_value.map(|at| at + record::PAYLOAD), add: None }
    }

    pub(crate) fn delete(key: Vec<u8>) -> Self {
        Self { key, value: None, stamp_key: None, stamp_value: None, add: None }
    }

    /// Adds to a count, which begins at zero.
    pub(crate) fn add(key: Vec<u8>, by: i64) -> Self {
        Self { key, value: None, stamp_key: None, stamp_value: None, add: Some(by) }
    }

    /// Whether what it writes is known only when it is applied.
    pub(crate) fn is_late(&self) -> bool {
        self.stamp_key.is_some() || self.stamp_value.is_some() || self.add.is_some()
    }

    /// The key as it is before its sequence is known.
    pub(crate) fn key(&self) -> &[u8] {
        &self.key
    }

    /// The record, where it is sealed already.
    pub(crate) fn record(&self) -> Option<&[u8]> {
        self.value.as_deref()
    }

    pub(crate) fn size(&self) -> usize {
        self.key.len() + self.value.as_ref().map_or(0, Vec::len)
    }

    /// The key and the record to store, of a member with this sequence; without a record, the key is removed.
    /// `current` gives the record that a key has.
    ///
    /// # Errors
    /// What is there is damaged, or `current` fails.
    pub fn at(
        &self,
        sequence: u64,
        current: impl FnOnce(&[u8]) -> Result<Option<Vec<u8>>, StoreError>,
    ) -> Result<WrittenRow<'_>, StoreError> {
        if let Some(by) = self.add {
            let count = current(&self.key)?.map_or(Ok(0), |record| record::count(&self.key, &record))?;
            let payload = count.saturating_add(by).to_be_bytes();
            let mut record = record::unsealed(RecordKind::Count, 0, &payload);
            record::seal(&self.key, &mut record);
            return Ok((Cow::Borrowed(&self.key), Some(Cow::Owned(record))));
        }
        if !self.is_late() {
            return Ok((Cow::Borrowed(&self.key), self.value.as_deref().map(Cow::Borrowed)));
        }
        let mut key = self.key.clone();
        let mut value = self.value.clone();
        stamp(&mut key, self.stamp_key, sequence)?;
        if let Some(value) = &mut value {
            stamp(value, self.stamp_value, sequence)?;
            record::seal(&key, value);
        }
        Ok((Cow::Owned(key), value.map(Cow::Owned)))
    }
}

fn stamp(bytes: &mut [u8], at: Option<usize>, sequence: u64) -> Result<(), StoreError> {
    let Some(at) = at else { return Ok(()) };
    let place = bytes.get_mut(at..).and_then(<[u8]>::first_chunk_mut::<8>);
    let place = place.ok_or_else(|| StoreError::new(ErrorKind::Encoding, "a record has no place for its sequence"))?;
    *place = sequence.to_be_bytes();
    Ok(())
}

/// A key and the record that it gets; without one it is removed.
pub type WrittenRow<'w> = (Cow<'w, [u8]>, Option<Cow<'w, [u8]>>);

/// What became of a member.
#[derive(Clone, Debug)]
#[must_use]
pub enum Answer {
    /// It is applied and durable, as the transaction of this sequence.
    Committed(u64),
    /// Nothing happened: what it had read has changed, or what must hold does not.
    Conflict(Clash),
    /// It may have been applied, and the store cannot tell.
    Unknown(StoreError),
    /// Nothing happened.
    Failed(StoreError),
}

/// Why a member was not applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Clash {
    /// Something that it had read has changed.
    Read,
    /// Its snapshot is older than what the store remembers.
    TooOld,
    /// The precondition with this index does not hold.
    Need(usize),
}
