use std::io;

use rmp_serde::decode::Error;
use rmp_serde::{Deserializer, Serializer};
use serde_core::{Deserialize, Serialize};

use super::bounded::Bounded;
use super::bounds::{Bounds, DEPTH};
use super::writer::Writer;
use super::{Codec, CodecId, Decode, DecodeError, Encode, EncodeError};
use crate::buffer::Sink;

/// MessagePack with named fields, so that a type can gain some: JSON's freedom at about half its size.
///
/// A value under `#[serde(flatten)]` is put together in a buffer of its own first, as its length is not known.
///
/// Source: the MessagePack specification; enums and structs as rmp-serde writes them, structs as maps.
#[derive(Clone, Copy, Debug)]
pub struct MessagePack;

impl Codec for MessagePack {
    const ID: CodecId = CodecId(3);
    const NAME: &'static str = "messagepack";
    const NAMED: bool = true;
}

impl<T: Serialize + ?Sized> Encode<T> for MessagePack {
    #[inline]
    fn encode<S: Sink>(value: &T, sink: &mut S) -> Result<(), EncodeError> {
        let written = match sink.as_vec() {
            Some(vec) => value.serialize(&mut Serializer::new(vec).with_struct_map()),
            None => value.serialize(&mut Serializer::new(Writer(sink)).with_struct_map()),
        };
        written.map_err(|error| match error {
            rmp_serde::encode::Error::InvalidValueWrite(_) => EncodeError::Full,
            _ => EncodeError::Inexpressible { codec: Self::NAME },
        })
    }
}

impl<'de, T: Deserialize<'de>> Decode<'de, T> for MessagePack {
    #[inline]
    fn decode(bytes: &'de [u8]) -> Result<T, DecodeError> {
        let bounds = Bounds::<false>::of(bytes);
        let mut deserializer = Deserializer::from_read_ref(bytes);
        // It stops where none is left, one too early.
        deserializer.set_max_depth(DEPTH + 1);
        match T::deserialize(Bounded(&mut deserializer, &bounds)) {
            // Nothing else tells how much was read: at the end, there is no next marker.
            Ok(value) => match bool::deserialize(&mut deserializer) {
                Err(Error::InvalidMarkerRead(_)) => Ok(value),
                _ => Err(trailing(bytes)),
            },
            Err(error) => Err(refused(&bounds, &error)),
        }
    }
}

#[cold]
fn refused(bounds: &Bounds<false>, error: &Error) -> DecodeError {
    let at_end = |error: &io::Error| error.kind() == io::ErrorKind::UnexpectedEof;
    match error {
        _ if bounds.refused() => DecodeError::Deep { limit: DEPTH },
        Error::DepthLimitExceeded => DecodeError::Deep { limit: DEPTH },
        Error::InvalidMarkerRead(error) | Error::InvalidDataRead(error) if at_end(error) => DecodeError::Truncated,
        _ => DecodeError::Malformed { codec: MessagePack::NAME },
    }
}

#[cold]
fn trailing(bytes: &[u8]) -> DecodeError {
    match after_first(bytes) {
        Some(rest) => DecodeError::Trailing { bytes: rest.len().max(1) },
        None => DecodeError::Malformed { codec: MessagePack::NAME },
    }
}

/// What comes after the first value, whatever that is.
fn after_first(mut bytes: &[u8]) -> Option<&[u8]> {
    let mut values = 1_u64;
    while values > 0 {
        let (&marker, rest) = bytes.split_first()?;
        let number = |len: usize| -> Option<(u64, &[u8])> {
            let (number, rest) = rest.split_at_checked(len)?;
            Some((number.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)), rest))
        };
        let low = |mask: u8| u64::from(marker & mask);
        // How many bytes follow, then how many values.
        let ((skipped, within), rest) = match marker {
            0x80..=0x8f => ((0, 2 * low(0x0f)), rest),
            0x90..=0x9f => ((0, low(0x0f)), rest),
            0xa0..=0xbf => ((low(0x1f), 0), rest),
            0xc4 | 0xd9 => number(1).map(|(len, rest)| ((len, 0), rest))?,
            0xc5 | 0xda => number(2).map(|(len, rest)| ((len, 0), rest))?,
            0xc6 | 0xdb => number(4).map(|(len, rest)| ((len, 0), rest))?,
            0xc7 => number(1).map(|(len, rest)| ((len + 1, 0), rest))?,
            0xc8 => number(2).map(|(len, rest)| ((len + 1, 0), rest))?,
            0xc9 => number(4).map(|(len, rest)| ((len + 1, 0), rest))?,
            0xcc | 0xd0 => ((1, 0), rest),
            0xcd | 0xd1 => ((2, 0), rest),
            0xca | 0xce | 0xd2 => ((4, 0), rest),
            0xcb | 0xcf | 0xd3 => ((8, 0), rest),
            0xd4..=0xd8 => ((1 + (1 << (marker - 0xd4)), 0), rest),
            0xdc => number(2).map(|(len, rest)| ((0, len), rest))?,
            0xdd => number(4).map(|(len, rest)| ((0, len), rest))?,
            0xde => number(2).map(|(len, rest)| ((0, 2 * len), rest))?,
            0xdf => number(4).map(|(len, rest)| ((0, 2 * len), rest))?,
            _ => ((0, 0), rest),
        };
        bytes = rest.get(usize::try_from(skipped).ok()?..)?;
        values = values - 1 + within;
    }
    Some(bytes)
}
