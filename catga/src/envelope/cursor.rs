use super::{EnvelopeError, Field};
use crate::buffer::Sink;

/// Bytes that are read from the front.
#[derive(Clone, Copy)]
pub(super) struct Cursor<'a> {
    pub(super) rest: &'a [u8],
}

impl<'a> Cursor<'a> {
    #[inline]
    pub(super) fn array<const N: usize>(&mut self, field: Field) -> Result<&'a [u8; N], EnvelopeError> {
        let (array, rest) = self.rest.split_first_chunk().ok_or(EnvelopeError::Truncated { field })?;
        self.rest = rest;
        Ok(array)
    }

    #[inline]
    pub(super) fn byte(&mut self, field: Field) -> Result<u8, EnvelopeError> {
        let [byte] = *self.array(field)?;
        Ok(byte)
    }

    #[inline]
    pub(super) fn take(&mut self, length: usize, field: Field) -> Result<&'a [u8], EnvelopeError> {
        let (taken, rest) = self.rest.split_at_checked(length).ok_or(EnvelopeError::Truncated { field })?;
        self.rest = rest;
        Ok(taken)
    }

    /// A number of 32 bits, seven of them a byte, the lowest first, in as few bytes as it takes.
    ///
    /// Source: LEB128, as in the DWARF Debugging Information Format, version 5, 7.6.
    #[inline]
    pub(super) fn varint(&mut self, field: Field) -> Result<u32, EnvelopeError> {
        let mut number = 0;
        let mut shift = 0;
        loop {
            let byte = self.byte(field)?;
            let bits = u32::from(byte & 0x7f);
            // The fifth byte has four bits left, and a last byte of zero says nothing.
            if shift == 28 && byte > 0x0f || shift > 0 && byte == 0 {
                return Err(EnvelopeError::Malformed { field });
            }
            number |= bits << shift;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
            shift += 7;
        }
    }
}

/// How many bytes a number takes as a varint.
#[inline]
pub(super) const fn varint_size(number: u32) -> usize {
    (38 - (number | 1).leading_zeros() as usize) / 7
}

/// Appends a number as [`Cursor::varint`] reads it.
#[inline]
pub(super) fn put_varint(mut number: u32, sink: &mut impl Sink) -> Result<(), EnvelopeError> {
    while number > 0x7f {
        sink.put(&[number as u8 | 0x80])?;
        number >>= 7;
    }
    Ok(sink.put(&[number as u8])?)
}
