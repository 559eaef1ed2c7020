//! The few plain values in a failure that is not the handler's own.

use alloc::string::String;

use crate::buffer::Sink;
use crate::codec::{DecodeError, EncodeError};

const NAME: &str = "failure";
/// The longest text that is taken, in bytes; what is longer is cut.
const LONGEST: usize = 4096;

pub(super) fn put(bytes: &[u8], sink: &mut impl Sink) -> Result<(), EncodeError> {
    sink.put(bytes).map_err(|_| EncodeError::Full)
}

pub(super) fn put_text(text: &str, sink: &mut impl Sink) -> Result<(), EncodeError> {
    let mut end = text.len().min(LONGEST);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let length = u16::try_from(end).unwrap_or(u16::MAX);
    put(&length.to_le_bytes(), sink)?;
    put(&text.as_bytes()[..end], sink)
}

/// Reads what [`put`] and [`put_text`] wrote.
pub(super) struct Reader<'a>(pub(super) &'a [u8]);

impl<'a> Reader<'a> {
    pub(super) fn bytes<const N: usize>(&mut self) -> Result<[u8; N], DecodeError> {
        let (bytes, rest) = self.0.split_first_chunk().ok_or(DecodeError::Truncated)?;
        self.0 = rest;
        Ok(*bytes)
    }

    pub(super) fn byte(&mut self) -> Result<u8, DecodeError> {
        self.bytes::<1>().map(|[byte]| byte)
    }

    pub(super) fn text(&mut self) -> Result<String, DecodeError> {
        let length = usize::from(u16::from_le_bytes(self.bytes()?));
        if length > LONGEST {
            return Err(DecodeError::Malformed { codec: NAME });
        }
        let (text, rest) = self.0.split_at_checked(length).ok_or(DecodeError::Truncated)?;
        self.0 = rest;
        core::str::from_utf8(text).map(Into::into).map_err(|_| DecodeError::Malformed { codec: NAME })
    }

    /// All of it was read.
    pub(super) fn end(&self) -> Result<(), DecodeError> {
        match self.0 {
            [] => Ok(()),
            rest => Err(DecodeError::Trailing { bytes: rest.len() }),
        }
    }

    pub(super) fn malformed() -> DecodeError {
        DecodeError::Malformed { codec: NAME }
    }
}
