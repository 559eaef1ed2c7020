use core::iter::FusedIterator;
use core::marker::PhantomData;

use super::{Decode, DecodeError};
use crate::buffer::{Full, Sink};

/// The values of a batch, in order. Each has a result of its own: bytes that are no value are one error, and the
/// next value comes after it. Only a length that leads beyond the bytes ends the batch, after an error.
///
/// The values may borrow from the bytes. There are at most as many as bytes; [`at_most`](Self::at_most) sets
/// fewer.
///
/// A batch is its values, each behind its length as a varint (LEB128, at most 32 bits), until the bytes end:
/// batches one behind the other are one batch.
#[derive(Debug)]
pub struct Batch<'de, C, T> {
    rest: &'de [u8],
    left: usize,
    limit: usize,
    values: PhantomData<fn() -> (C, T)>,
}

impl<'de, C, T> Batch<'de, C, T> {
    pub(super) const fn new(bytes: &'de [u8]) -> Self {
        Self { rest: bytes, left: bytes.len(), limit: bytes.len(), values: PhantomData }
    }

    /// Reads so many values; one more is an error, and the end.
    #[must_use]
    pub fn at_most(mut self, limit: usize) -> Self {
        self.left = limit.min(self.left);
        self.limit = limit;
        self
    }

    /// The next value's bytes.
    fn next_bytes(&mut self) -> Result<&'de [u8], DecodeError> {
        let limit = self.limit;
        self.left = self.left.checked_sub(1).ok_or(DecodeError::Many { limit })?;
        let (length, rest) = take_length(self.rest)?;
        let (bytes, rest) = rest.split_at_checked(length).ok_or(DecodeError::Truncated)?;
        self.rest = rest;
        Ok(bytes)
    }
}

impl<'de, C: Decode<'de, T>, T> Iterator for Batch<'de, C, T> {
    type Item = Result<T, DecodeError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        match self.next_bytes() {
            Ok(bytes) => Some(C::decode(bytes)),
            Err(error) => {
                self.rest = &[];
                Some(Err(error))
            }
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (usize::from(!self.rest.is_empty()), Some(self.rest.len()))
    }
}

impl<'de, C: Decode<'de, T>, T> FusedIterator for Batch<'de, C, T> {}

/// The bits of a length, and of one of its bytes.
const BITS: u32 = 32;
const GROUP: u32 = 7;

pub(super) fn put_length<S: Sink>(length: usize, sink: &mut S) -> Result<(), Full> {
    let mut length = u32::try_from(length).map_err(|_| Full)?;
    while length >> GROUP != 0 {
        sink.put(&[length.to_le_bytes()[0] | 0x80])?;
        length >>= GROUP;
    }
    sink.put(&[length.to_le_bytes()[0]])
}

fn take_length(mut bytes: &[u8]) -> Result<(usize, &[u8]), DecodeError> {
    let malformed = DecodeError::Malformed { codec: "batch" };
    let (mut length, mut shift) = (0_u32, 0);
    loop {
        let (&byte, rest) = bytes.split_first().ok_or(DecodeError::Truncated)?;
        let group = u32::from(byte & 0x7f);
        if shift >= BITS || group >= 1 << (BITS - shift).min(GROUP) {
            return Err(malformed);
        }
        length |= group << shift;
        (bytes, shift) = (rest, shift + GROUP);
        if byte & 0x80 == 0 {
            return Ok((usize::try_from(length).map_err(|_| malformed)?, bytes));
        }
    }
}
