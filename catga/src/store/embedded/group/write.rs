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
