use prost::Message;

use super::put::Put;
use crate::buffer::Sink;
use crate::codec::{Codec, CodecId, Decode, DecodeError, Encode, EncodeError};

/// Protobuf, for messages, replies and errors that are [`prost::Message`]s: for systems that share `.proto`
/// files.
///
/// A reply that is `()`, a `bool`, a `u32`, `u64`, `i32`, `i64`, `f32`, `f64`, a `String` or a `Vec<u8>` needs no
/// message of its own: prost gives it the bytes of `google.protobuf.Empty`, `UInt64Value` and so on. An enum of
/// errors is a message with a `oneof`.
///
/// Fields may come and go as the language's rules allow, unknown ones are skipped. A message has no end of its
/// own in this format: all bytes are read, so bytes too many are either a field or malformed, and a cut is
/// malformed where it is not between two fields. Values that are owned, as `prost` makes them, borrow nothing.
///
/// Source: the Protocol Buffers encoding, as prost writes it; at most 100 messages within another.
#[derive(Clone, Copy, Debug)]
pub struct Protobuf;

impl Codec for Protobuf {
    const ID: CodecId = CodecId(4);
    const NAME: &'static str = "protobuf";
    const NAMED: bool = true;
}

impl<T: Message> Encode<T> for Protobuf {
    #[inline]
    fn encode<S: Sink>(value: &T, sink: &mut S) -> Result<(), EncodeError> {
        let mut put = Put::new(sink);
        value.encode_raw(&mut put);
        put.finish().map_err(EncodeError::from)
    }

    #[inline]
    fn size_hint(value: &T) -> usize {
        value.encoded_len()
    }

    #[inline]
    fn encoded_size(value: &T) -> Result<usize, EncodeError> {
        Ok(value.encoded_len())
    }
}

impl<T: Message + Default> Decode<'_, T> for Protobuf {
    #[inline]
    fn decode(bytes: &[u8]) -> Result<T, DecodeError> {
        T::decode(bytes).map_err(|_| DecodeError::Malformed { codec: Self::NAME })
    }
}
