use postcard::ser_flavors::Flavor;
use serde_core::{Deserialize, Serialize};

use super::chunk::Chunk;
use super::depth::DEPTH;
use super::reader::{Reader, Unread, Why};
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
        let written = Chunk::of(sink, |chunk| postcard::serialize_with_flavor(value, Writes(chunk)))?;
        written.map_err(|_| EncodeError::Inexpressible { codec: Self::NAME })
    }
}

impl<'de, T: Deserialize<'de>> Decode<'de, T> for Postcard {
    #[inline]
    fn decode(bytes: &'de [u8]) -> Result<T, DecodeError> {
        let mut reader = Reader::new(bytes);
        match T::deserialize(&mut reader) {
            Ok(value) if reader.left() == 0 => Ok(value),
            Ok(_) => Err(DecodeError::Trailing { bytes: reader.left() }),
            Err(Unread) => Err(undecoded(reader.why())),
        }
    }
}

#[cold]
fn undecoded(why: Why) -> DecodeError {
    match why {
        Why::Malformed => DecodeError::Malformed { codec: Postcard::NAME },
        Why::Ended => DecodeError::Truncated,
        Why::Deep => DecodeError::Deep { limit: DEPTH },
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
