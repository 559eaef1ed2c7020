use core::fmt;
use core::iter::FusedIterator;

use super::cursor::{Cursor, put_varint, varint_size};
use super::{EnvelopeError, Field, MAX_HEADER_NAME, MAX_HEADER_VALUE, MAX_HEADERS, MAX_HEADERS_SIZE};
use crate::buffer::Sink;

/// Pairs of a name and a value that the user gives a message, in their order; nothing is allocated for them.
///
/// A name is 1 to [`MAX_HEADER_NAME`] visible ASCII characters without a colon, as NATS and HTTP have them; a
/// value is any text up to [`MAX_HEADER_VALUE`] bytes. A name may stand there more than once.
#[derive(Clone, Copy, Default)]
pub struct Headers<'a>(Form<'a>);

#[derive(Clone, Copy)]
enum Form<'a> {
    Pairs(&'a [(&'a str, &'a str)]),
    /// Checked, so that the pairs are known to be whole.
    Bytes {
        count: u8,
        bytes: &'a [u8],
    },
}

impl Default for Form<'_> {
    fn default() -> Self {
        Self::Pairs(&[])
    }
}

impl<'a> Headers<'a> {
    /// No headers.
    pub const NONE: Self = Self(Form::Pairs(&[]));

    /// These. Whether they are allowed is checked when they are encoded.
    pub const fn of(pairs: &'a [(&'a str, &'a str)]) -> Self {
        Self(Form::Pairs(pairs))
    }

    /// How many there are.
    pub const fn len(&self) -> usize {
        match self.0 {
            Form::Pairs(pairs) => pairs.len(),
            Form::Bytes { count, .. } => count as usize,
        }
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The value of the first with this name, upper and lower case told apart.
    pub fn get(&self, name: &str) -> Option<&'a str> {
        self.iter().find(|pair| pair.0 == name).map(|pair| pair.1)
    }

    /// All of them, in their order.
    #[inline]
    pub fn iter(&self) -> HeaderIter<'a> {
        HeaderIter(self.0)
    }

    /// # Errors
    /// Where they are more than allowed, or one is not allowed.
    pub(super) fn check(&self) -> Result<(), EnvelopeError> {
        let Form::Pairs(pairs) = self.0 else { return Ok(()) };
        let size = |text: &str| varint_size(text.len() as u32) + text.len();
        let mut total = 0_usize;
        check_count(pairs.len())?;
        for (name, value) in pairs {
            check_pair(name.as_bytes(), value.len())?;
            total += size(name) + size(value);
        }
        check_total(total)
    }

    /// Appends headers that are checked.
    pub(super) fn encode(&self, sink: &mut impl Sink) -> Result<(), EnvelopeError> {
        sink.put(&[self.len() as u8])?;
        match self.0 {
            Form::Pairs(pairs) => pairs.iter().flat_map(|pair| [pair.0, pair.1]).try_for_each(|text| {
                put_varint(text.len() as u32, sink)?;
                Ok(sink.put(text.as_bytes())?)
            }),
            Form::Bytes { bytes, .. } => Ok(sink.put(bytes)?),
        }
    }

    pub(super) fn decode(cursor: &mut Cursor<'a>) -> Result<Self, EnvelopeError> {
        let count = cursor.byte(Field::Headers)?;
        if count == 0 {
            return Err(EnvelopeError::Malformed { field: Field::Headers });
        }
        check_count(count.into())?;
        let bytes = cursor.rest;
        for _ in 0..count {
            let name = piece(cursor, Field::HeaderName)?;
            let value = piece(cursor, Field::HeaderValue)?;
            check_pair(name, value.len())?;
            text(value, Field::HeaderValue)?;
            check_total(bytes.len() - cursor.rest.len())?;
        }
        let bytes = &bytes[..bytes.len() - cursor.rest.len()];
        Ok(Self(Form::Bytes { count, bytes }))
    }
}

fn check_count(count: usize) -> Result<(), EnvelopeError> {
    at_most(count, MAX_HEADERS, Field::Headers)
}

fn check_total(size: usize) -> Result<(), EnvelopeError> {
    at_most(size, MAX_HEADERS_SIZE, Field::Headers)
}

fn check_pair(name: &[u8], value: usize) -> Result<(), EnvelopeError> {
    let is_allowed = |byte: &u8| byte.is_ascii_graphic() && *byte != b':';
    at_most(name.len(), MAX_HEADER_NAME, Field::HeaderName)?;
    if name.is_empty() || !name.iter().all(is_allowed) {
        return Err(EnvelopeError::Malformed { field: Field::HeaderName });
    }
    at_most(value, MAX_HEADER_VALUE, Field::HeaderValue)
}

pub(super) const fn at_most(found: usize, limit: usize, field: Field) -> Result<(), EnvelopeError> {
    if found > limit { Err(EnvelopeError::TooLarge { field, limit }) } else { Ok(()) }
}

/// The bytes of a name or a value.
#[inline]
fn piece<'a>(cursor: &mut Cursor<'a>, field: Field) -> Result<&'a [u8], EnvelopeError> {
    let limit = if let Field::HeaderName = field { MAX_HEADER_NAME } else { MAX_HEADER_VALUE };
    let length = cursor.varint(field)? as usize;
    // Before the bytes are there: who sends too much learns that, and not that some are missing.
    at_most(length, limit, field)?;
    cursor.take(length, field)
}

#[inline]
fn text(bytes: &[u8], field: Field) -> Result<&str, EnvelopeError> {
    core::str::from_utf8(bytes).map_err(|_| EnvelopeError::Malformed { field })
}

impl<'a> IntoIterator for Headers<'a> {
    type Item = (&'a str, &'a str);
    type IntoIter = HeaderIter<'a>;

    fn into_iter(self) -> HeaderIter<'a> {
        self.iter()
    }
}

impl PartialEq for Headers<'_> {
    fn eq(&self, other: &Headers<'_>) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Eq for Headers<'_> {}

impl fmt::Debug for Headers<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

/// The headers of an envelope, one after the other.
#[derive(Clone)]
pub struct HeaderIter<'a>(Form<'a>);

impl<'a> Iterator for HeaderIter<'a> {
    type Item = (&'a str, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        match &mut self.0 {
            Form::Pairs(pairs) => {
                let (first, rest) = pairs.split_first()?;
                *pairs = rest;
                Some(*first)
            }
            Form::Bytes { count, bytes } => {
                *count = count.checked_sub(1)?;
                let mut cursor = Cursor { rest: bytes };
                let mut next = |field| text(piece(&mut cursor, field)?, field);
                let pair = (next(Field::HeaderName).ok()?, next(Field::HeaderValue).ok()?);
                *bytes = cursor.rest;
                Some(pair)
            }
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = Headers(self.0).len();
        (left, Some(left))
    }
}

impl ExactSizeIterator for HeaderIter<'_> {}
impl FusedIterator for HeaderIter<'_> {}

impl fmt::Debug for HeaderIter<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.clone()).finish()
    }
}
