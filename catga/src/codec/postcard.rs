use postcard::ser_flavors::Flavor;
use serde_core::{Deserialize, Serialize};

use super::bounded::Bounded;
use super::bounds::{Bounds, DEPTH};
use super::{Codec, CodecId, Decode, DecodeError, Encode, EncodeError};
use crate::buffer::{Full, Sink};

/// Postcard: small and fast, without names. A type that gains, loses or reorders fields is another type,
/// which the schema's fingerprint in an envelope tells.
///
/// Source: the Postcard wire format specification, version 1.
#[derive(Clone, Copy, Debug)]
pub struct Postcard;

impl Codec for Postcard {
    const ID: CodecId = CodecId(1);
    const NAME: &'static str = "postcard";
    const NAMED: bool = false;
}

impl<T: Serialize + ?Sized> Encode<T> for Postcard {
    #[inline]
    fn encode<S: Sink>(value: &T, sink: &mut S) -> Result<(), EncodeError> {
        let mut bytes = [0; CHUNK];
        let chunk = Chunk { bytes: &mut bytes, length: 0, sink };
        postcard::serialize_with_flavor(value, chunk).map_err(|error| match error {
            postcard::Error::SerializeBufferFull => EncodeError::Full,
            _ => EncodeError::Inexpressible { codec: Self::NAME },
        })
    }

    #[inline]
    fn try_encode<'a>(value: &T, bytes: &'a mut [u8]) -> Result<&'a mut [u8], EncodeError> {
        // Its own way into a slice is the shortest, and does not tell the size needed.
        match postcard::to_slice(value, bytes) {
            Ok(bytes) => Ok(bytes),
            Err(postcard::Error::SerializeBufferFull) => {
                Err(EncodeError::Short { needed: <Self as Encode<T>>::encoded_size(value)? })
            }
            Err(_) => Err(EncodeError::Inexpressible { codec: Self::NAME }),
        }
    }
}

impl<'de, T: Deserialize<'de>> Decode<'de, T> for Postcard {
    #[inline]
    fn decode(bytes: &'de [u8]) -> Result<T, DecodeError> {
        let bounds = Bounds::<true>::of(bytes);
        let mut deserializer = postcard::Deserializer::from_bytes(bytes);
        let value = match T::deserialize(Bounded(&mut deserializer, &bounds)) {
            Ok(value) => value,
            Err(error) => return Err(undecoded(&error, &bounds)),
        };
        match deserializer.finalize() {
            Ok([]) => Ok(value),
            Ok(rest) => Err(DecodeError::Trailing { bytes: rest.len() }),
            Err(error) => Err(undecoded(&error, &bounds)),
        }
    }
}

#[cold]
fn undecoded(error: &postcard::Error, bounds: &Bounds<true>) -> DecodeError {
    match error {
        _ if bounds.refused() => DecodeError::Deep { limit: DEPTH },
        postcard::Error::DeserializeUnexpectedEnd => DecodeError::Truncated,
        _ => DecodeError::Malformed { codec: Postcard::NAME },
    }
}

/// How many bytes are gathered for a sink.
const CHUNK: usize = 128;

/// Gathers what Postcard writes, mostly a few bytes at a time, and hands it on to a sink in larger pieces.
struct Chunk<'a, S> {
    bytes: &'a mut [u8; CHUNK],
    length: usize,
    sink: &'a mut S,
}

/// What is no longer is written without a call: numbers are.
const SHORT: usize = 16;

impl<S: Sink> Chunk<'_, S> {
    /// Room for something short.
    #[inline]
    fn room(&mut self) -> Option<&mut [u8; SHORT]> {
        self.bytes.get_mut(self.length..)?.first_chunk_mut()
    }

    fn put(&mut self, bytes: &[u8]) -> postcard::Result<()> {
        let end = self.length.saturating_add(bytes.len());
        if let Some(room) = self.bytes.get_mut(self.length..end) {
            room.copy_from_slice(bytes);
            self.length = end;
            return Ok(());
        }
        self.flush()?;
        match self.bytes.get_mut(..bytes.len()) {
            Some(room) => {
                room.copy_from_slice(bytes);
                self.length = bytes.len();
                Ok(())
            }
            None => self.sink.put(bytes).map_err(full),
        }
    }

    #[inline]
    fn flush(&mut self) -> postcard::Result<()> {
        let length = core::mem::take(&mut self.length);
        self.sink.put(self.bytes.get(..length).unwrap_or_default()).map_err(full)
    }
}

#[cold]
fn full(_: Full) -> postcard::Error {
    postcard::Error::SerializeBufferFull
}

impl<S: Sink> Flavor for Chunk<'_, S> {
    type Output = ();

    #[inline]
    fn try_push(&mut self, byte: u8) -> postcard::Result<()> {
        match self.bytes.get_mut(self.length) {
            Some(place) => {
                *place = byte;
                self.length += 1;
                Ok(())
            }
            None => self.put(&[byte]),
        }
    }

    #[inline(always)]
    fn try_extend(&mut self, bytes: &[u8]) -> postcard::Result<()> {
        let length = bytes.len();
        let Some(room) = self.room() else { return self.put(bytes) };
        // From both ends, which meet or overlap.
        match length {
            1 => room[0] = bytes[0],
            2..=3 => {
                if let (Some(first), Some(last)) = (bytes.first_chunk::<2>(), bytes.last()) {
                    room[..2].copy_from_slice(first);
                    room[length - 1] = *last;
                }
            }
            4..=7 => {
                if let (Some(first), Some(last)) = (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
                    room[..4].copy_from_slice(first);
                    room[length - 4..length].copy_from_slice(last);
                }
            }
            8..=SHORT => {
                if let (Some(first), Some(last)) = (bytes.first_chunk::<8>(), bytes.last_chunk::<8>()) {
                    room[..8].copy_from_slice(first);
                    room[length - 8..length].copy_from_slice(last);
                }
            }
            _ => return self.put(bytes),
        }
        self.length += length;
        Ok(())
    }

    #[inline]
    fn finalize(mut self) -> postcard::Result<()> {
        self.flush()
    }
}
