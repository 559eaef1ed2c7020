use core::fmt;
use core::slice::Iter;

use serde_core::de;

use crate::codec::depth::DEPTH;

/// Reads values of Postcard, within bounds: it counts how deep they lie in each other, and does not believe a
/// collection that claims more items than there are bytes.
///
/// The library's own would have to be told of the bounds at each value, and asks at each byte of a number whether the
/// bytes end. What is not inlined takes slices and not the reader, so that where it stands is kept in registers.
///
/// Source: the Postcard wire format specification, version 1.
pub(in crate::codec) struct Reader<'de> {
    pub(super) bytes: Iter<'de, u8>,
    /// How much deeper values may lie.
    depth: usize,
    /// How many items of lists and maps may still come.
    pub(super) steps: usize,
    pub(super) why: Why,
}

/// How many items may come for a byte, and besides: some take no byte at all, and a list of those could claim
/// any number of them.
const STEPS: usize = 64;
const STEPS_BESIDES: usize = 1024;

/// Why bytes are no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::codec) enum Why {
    /// They are none, or none of this type, which says no more.
    Malformed,
    /// They end within it.
    Ended,
    /// Values lie too deep within values.
    Deep,
}

/// That bytes are no value. The reader knows [`Why`]: an error that says nothing is no part of what each read answers.
#[derive(Clone, Copy, Debug)]
pub(in crate::codec) struct Unread;

impl fmt::Display for Unread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the bytes are no value")
    }
}

impl core::error::Error for Unread {}

impl de::Error for Unread {
    #[cold]
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

pub(super) type Read<T> = Result<T, Unread>;

impl<'de> Reader<'de> {
    #[inline]
    pub(in crate::codec) fn new(bytes: &'de [u8]) -> Self {
        let steps = bytes.len().saturating_mul(STEPS).saturating_add(STEPS_BESIDES);
        Self { bytes: bytes.iter(), depth: DEPTH, steps, why: Why::Malformed }
    }

    /// Why what was read is none.
    pub(in crate::codec) fn why(&self) -> Why {
        self.why
    }

    /// How many bytes are left.
    #[inline]
    pub(in crate::codec) fn left(&self) -> usize {
        self.bytes.as_slice().len()
    }

    #[inline]
    pub(super) fn ended(&mut self) -> Unread {
        self.why = Why::Ended;
        Unread
    }

    #[inline]
    pub(super) fn byte(&mut self) -> Read<u8> {
        match self.bytes.next() {
            Some(byte) => Ok(*byte),
            None => Err(self.ended()),
        }
    }

    #[inline]
    pub(super) fn take(&mut self, count: usize) -> Read<&'de [u8]> {
        match self.bytes.as_slice().split_at_checked(count) {
            Some((taken, rest)) => {
                self.bytes = rest.iter();
                Ok(taken)
            }
            None => Err(self.ended()),
        }
    }

    #[inline]
    pub(super) fn array<const N: usize>(&mut self) -> Read<[u8; N]> {
        match self.bytes.as_slice().split_first_chunk() {
            Some((taken, rest)) => {
                self.bytes = rest.iter();
                Ok(*taken)
            }
            None => Err(self.ended()),
        }
    }

    #[inline]
    pub(super) fn length(&mut self) -> Read<usize> {
        usize::try_from(self.number_64()?).map_err(|_| Unread)
    }

    /// As many bytes as the number before them says.
    #[inline]
    pub(super) fn counted(&mut self) -> Read<&'de [u8]> {
        let length = self.length()?;
        self.take(length)
    }

    #[inline]
    pub(super) fn text(&mut self) -> Read<&'de str> {
        core::str::from_utf8(self.counted()?).map_err(|_| Unread)
    }

    /// Goes one deeper, reads, and comes back.
    #[inline]
    pub(super) fn within<T>(&mut self, read: impl FnOnce(&mut Self) -> Read<T>) -> Read<T> {
        let Some(depth) = self.depth.checked_sub(1) else {
            self.why = Why::Deep;
            return Err(Unread);
        };
        self.depth = depth;
        let value = read(self)?;
        self.depth += 1;
        Ok(value)
    }
}
