use std::borrow::Cow;

use crate::store::embedded::record::{self, RecordKind};
use crate::store::error::{ErrorKind, StoreError};

/// One key that is written or removed.
///
/// Its key and its value may hold a place for the member's own sequence, which is known only when it is
/// applied: so fences and positions come from the one counter of the store, and two members that draw
/// from it do not conflict.
#[derive(Clone, Debug)]
pub struct Write {
    /// The key and, where one is put, the record behind it: one piece of memory, which a writer of many gives back.
    bytes: Vec<u8>,
    key: usize,
    action: Action,
}

#[derive(Clone, Copy, Debug)]
enum Action {
    Put,
    /// Puts what has places for the sequence, 8 bytes, big endian: in the key, and in the record.
    Stamp(Option<usize>, Option<usize>),
    Delete,
    /// Adds to the count that is there, whatever it is: no conflict with others that add.
    Add(i64),
}

impl Write {
    pub(crate) fn put(key: Vec<u8>, kind: RecordKind, version: u16, payload: &[u8]) -> Self {
        let mut row = NewRow::new(key, kind, version, payload.len());
        row.bytes.extend_from_slice(payload);
        row.put()
    }

    /// The sequence goes to `stamp_key` in the key and to `stamp_value` in the payload.
    pub(crate) fn stamped(
        key: Vec<u8>,
        kind: RecordKind,
        payload: &[u8],
        stamp_key: Option<usize>,
        stamp_value: Option<usize>,
    ) -> Self {
        let NewRow { mut bytes, key } = NewRow::new(key, kind, 0, payload.len());
        bytes.extend_from_slice(payload);
        Self { bytes, key, action: Action::Stamp(stamp_key, stamp_value.map(|at| at + record::PAYLOAD)) }
    }

    pub(crate) fn delete(key: Vec<u8>) -> Self {
        Self { key: key.len(), bytes: key, action: Action::Delete }
    }

    /// Adds to a count, which begins at zero.
    pub(crate) fn add(key: Vec<u8>, by: i64) -> Self {
        Self { key: key.len(), bytes: key, action: Action::Add(by) }
    }

    /// Whether what it writes is known only when it is applied.
    pub(crate) fn is_late(&self) -> bool {
        matches!(self.action, Action::Stamp(..) | Action::Add(_))
    }

    /// The key as it is before its sequence is known.
    pub(crate) fn key(&self) -> &[u8] {
        self.bytes.get(..self.key).unwrap_or_default()
    }

    /// The record, where it is sealed already.
    pub(crate) fn record(&self) -> Option<&[u8]> {
        match self.action {
            Action::Put => self.bytes.get(self.key..),
            _ => None,
        }
    }

    pub(crate) fn size(&self) -> usize {
        self.bytes.len()
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
        let (bytes, puts) = match self.action {
            Action::Put => (Cow::Borrowed(self.bytes.as_slice()), true),
            Action::Delete => (Cow::Borrowed(self.bytes.as_slice()), false),
            Action::Add(by) => {
                let count = current(self.key())?.map_or(Ok(0), |record| record::count(self.key(), &record))?;
                let payload = count.saturating_add(by).to_be_bytes();
                let mut row = NewRow::new(self.bytes.clone(), RecordKind::Count, 0, payload.len());
                row.bytes.extend_from_slice(&payload);
                (Cow::Owned(row.put().bytes), true)
            }
            Action::Stamp(in_key, in_record) => {
                let mut bytes = self.bytes.clone();
                let (key, record) = bytes.split_at_mut(self.key.min(self.bytes.len()));
                stamp(key, in_key, sequence)?;
                stamp(record, in_record, sequence)?;
                record::seal(key, record);
                (Cow::Owned(bytes), true)
            }
        };
        Ok(WrittenRow { bytes, key: self.key, puts })
    }
}

/// A row that is put, in the making: what its payload has is appended to `bytes`.
pub(crate) struct NewRow {
    pub(crate) bytes: Vec<u8>,
    key: usize,
}

impl NewRow {
    /// The key, and a record behind it, for a payload of about so many bytes.
    pub(crate) fn new(mut key: Vec<u8>, kind: RecordKind, version: u16, payload: usize) -> Self {
        let length = key.len();
        key.reserve(record::PAYLOAD + payload);
        record::begin(&mut key, kind, version);
        Self { bytes: key, key: length }
    }

    /// The payload is complete.
    pub(crate) fn put(mut self) -> Write {
        let length = self.bytes.len();
        let (key, record) = self.bytes.split_at_mut(self.key.min(length));
        record::seal(key, record);
        Write { bytes: self.bytes, key: self.key, action: Action::Put }
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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenRow<'w> {
    /// The key, and the record behind it.
    bytes: Cow<'w, [u8]>,
    key: usize,
    puts: bool,
}

impl<'w> WrittenRow<'w> {
    /// The key.
    pub fn key(&self) -> &[u8] {
        self.bytes.get(..self.key).unwrap_or_default()
    }

    /// The record that it gets.
    pub fn record(&self) -> Option<&[u8]> {
        self.bytes.get(self.key..).filter(|_| self.puts)
    }

    /// The key, for longer than this is there.
    pub(crate) fn to_key(&self) -> Cow<'w, [u8]> {
        match &self.bytes {
            Cow::Borrowed(bytes) => Cow::Borrowed(bytes.get(..self.key).unwrap_or_default()),
            Cow::Owned(_) => Cow::Owned(self.key().to_vec()),
        }
    }
}
