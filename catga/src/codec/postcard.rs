use postcard::ser_flavors::Flavor;
use serde_core::{Deserialize, Serialize};

use super::bounded::Bounded;
use super::bounds::{Bounds, DEPTH};
use super::{Codec, CodecId, Decode, DecodeError, Encode, EncodeError};
use crate::buffer::Sink;

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
        postcard::serialize_with_flavor(value, Into(sink)).map_err(|error| match error {
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
        let value = T::deserialize(Bounded(&mut deserializer, &bounds));
        let Ok(rest) = deserializer.finalize() else { return Err(DecodeError::Malformed { codec: Self::NAME }) };
        match value {
            Ok(value) if rest.is_empty() => Ok(value),
            Ok(_) => Err(DecodeError::Trailing { bytes: rest.len() }),
            Err(_) if bounds.refused() => Err(DecodeError::Deep { limit: DEPTH }),
            Err(postcard::Error::DeserializeUnexpectedEnd) => Err(DecodeError::Truncated),
            Err(_) => Err(DecodeError::Malformed { codec: Self::NAME }),
        }
    }
}

/// Hands what Postcard writes on to a sink.
struct Into<'a, S>(&'a mut S);

impl<S: Sink> Flavor for Into<'_, S> {
    type Output = ();

    #[inline]
    fn try_push(&mut self, byte: u8) -> postcard::Result<()> {
        self.try_extend(&[byte])
    }

    #[inline]
    fn try_extend(&mut self, bytes: &[u8]) -> postcard::Result<()> {
        self.0.put(bytes).map_err(|_| postcard::Error::SerializeBufferFull)
    }

    #[inline]
    fn finalize(self) -> postcard::Result<()> {
        Ok(())
    }
}
