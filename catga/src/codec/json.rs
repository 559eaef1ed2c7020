use serde_core::{Deserialize, Serialize};

use super::writer::Writer;
use super::{Codec, CodecId, Decode, DecodeError, Encode, EncodeError};
use crate::buffer::Sink;

/// JSON, as serde reads and writes it: for people and for other languages.
///
/// A `&str` field can borrow a string without escapes; a `Cow<str>` under `#[serde(borrow)]` takes any. Numbers
/// keep their value exactly; JSON has none for NaN and the infinities, so they are written as `null`, which is
/// no `f64` when it is read. Bytes are an array of numbers: [`base64`](super::base64) is shorter.
///
/// Source: RFC 8259.
#[derive(Clone, Copy, Debug)]
pub struct Json;

impl Codec for Json {
    const ID: CodecId = CodecId(2);
    const NAME: &'static str = "json";
    const NAMED: bool = true;
}

impl<T: Serialize + ?Sized> Encode<T> for Json {
    #[inline]
    fn encode<S: Sink>(value: &T, sink: &mut S) -> Result<(), EncodeError> {
        serde_json::to_writer(Writer(sink), value).map_err(|error| {
            if error.is_io() { EncodeError::Full } else { EncodeError::Inexpressible { codec: Self::NAME } }
        })
    }
}

impl<'de, T: Deserialize<'de>> Decode<'de, T> for Json {
    #[inline]
    fn decode(bytes: &'de [u8]) -> Result<T, DecodeError> {
        let mut deserializer = serde_json::Deserializer::from_slice(bytes);
        let value = T::deserialize(&mut deserializer).map_err(|error| refused(bytes, &error))?;
        match deserializer.end() {
            Ok(()) => Ok(value),
            Err(error) => Err(DecodeError::Trailing { bytes: bytes.len() - offset(bytes, &error) }),
        }
    }
}

/// How many arrays and objects may lie within each other: serde_json's own limit.
const DEPTH: usize = 128;

#[cold]
fn refused(bytes: &[u8], error: &serde_json::Error) -> DecodeError {
    let read = bytes.get(..offset(bytes, error) + 1).unwrap_or(bytes);
    // Of a 128-bit number that is cut behind its sign, serde_json says that it is none.
    if error.is_eof() || error.is_syntax() && read.len() == bytes.len() && read.ends_with(b"-") {
        DecodeError::Truncated
    } else if depth(read) >= DEPTH {
        DecodeError::Deep { limit: DEPTH }
    } else {
        DecodeError::Malformed { codec: Json::NAME }
    }
}

/// The byte that an error is about. Lines and columns begin at one, and count bytes.
#[cold]
fn offset(bytes: &[u8], error: &serde_json::Error) -> usize {
    let line = error.line().saturating_sub(1);
    let before: usize = bytes.split_inclusive(|byte| *byte == b'\n').take(line).map(<[u8]>::len).sum();
    (before + error.column().saturating_sub(1)).min(bytes.len())
}

/// How many arrays and objects are open at the end.
#[cold]
fn depth(bytes: &[u8]) -> usize {
    let (mut open, mut quoted, mut escaped) = (0_usize, false, false);
    for byte in bytes {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'[' | b'{' if !quoted => open += 1,
            b']' | b'}' if !quoted => open = open.saturating_sub(1),
            _ => {}
        }
    }
    open
}
