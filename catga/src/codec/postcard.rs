use postcard::ser_flavors::Flavor;
use serde_core::{Deserialize, Serialize};

use super::bounded::Bounded;
use super::bounds::{Bounds, DEPTH};
use super::chunk::Chunk;
use super::{Codec, CodecId, Decode, DecodeError, Encode, EncodeError};
use crate::buffer::Sink;

/// Postcard: small and fast, without names. A type that gains, loses or reorders fields is another type,
/// which the fingerprint in an envelope tells: it is made of the [`outline`](fn@super::outline)s of message, reply and error.
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
        let written = Chunk::of(sink, |chunk| postcard::serialize_with_flavor(value, Writes(chunk)))?;
        written.map_err(|_| EncodeError::Inexpressible { codec: Self::NAME })
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

    #[cfg(feature = "alloc")]
    fn outline() -> u32 {
        super::outline::outline::<T>()
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

/// Postcard writes into it.
struct Writes<'a, 'c, S>(&'a mut Chunk<'c, S>);

impl<S: Sink> Flavor for Writes<'_, '_, S> {
    type Output = ();

    #[inline(always)]
    fn try_push(&mut self, byte: u8) -> postcard::Result<()> {
        self.0.push(byte);
        Ok(())
    }

    #[inline(always)]
    fn try_extend(&mut self, bytes: &[u8]) -> postcard::Result<()> {
        self.0.extend(bytes);
        Ok(())
    }

    #[inline]
    fn finalize(self) -> postcard::Result<()> {
        Ok(())
    }
}
