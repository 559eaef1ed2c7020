//! Messages as bytes on a device: Postcard, and a format of the device's own.

use catga::buffer::Sink;
use catga::codec::base64::{Alphabet, Base64};
use catga::codec::schema::{Fingerprint, Schema};
use catga::codec::{Codec, CodecId, Decode, DecodeError, Encode, EncodeError, Postcard};
use heapless::Vec;
use serde::{Deserialize, Serialize};

use crate::Answers;

#[derive(Debug, PartialEq, Serialize, Deserialize, postcard_schema::Schema)]
struct Reading<'a> {
    meter: &'a str,
    litres: u32,
    alarm: Option<i16>,
}

const NUMBER: Fingerprint = Fingerprint::of::<Reading<'_>>();

/// One byte, and that inverted.
struct Wire;

impl Codec for Wire {
    const ID: CodecId = CodecId(33);
    const NAME: &'static str = "wire";
    const NAMED: bool = false;
}

impl Encode<u8> for Wire {
    fn encode<S: Sink>(value: &u8, sink: &mut S) -> Result<(), EncodeError> {
        Ok(sink.put(&[*value, !*value])?)
    }
}

impl Decode<'_, u8> for Wire {
    fn decode(bytes: &[u8]) -> Result<u8, DecodeError> {
        match bytes {
            [value, inverted] if *value == !*inverted => Ok(*value),
            [_, _] => Err(DecodeError::Malformed { codec: Self::NAME }),
            [_, _, rest @ ..] => Err(DecodeError::Trailing { bytes: rest.len() }),
            _ => Err(DecodeError::Truncated),
        }
    }
}

pub(crate) fn check() -> Result<(), i32> {
    let mut answers = Answers(0);
    let reading = || Reading { meter: "4711", litres: 258, alarm: Some(-1) };
    let bytes = [4, b'4', b'7', b'1', b'1', 0x82, 2, 1, 1];

    let mut buffer = Vec::<u8, 16>::new();
    answers.right(Postcard::encode(&reading(), &mut buffer).is_ok() && buffer == bytes)?;
    answers.right(Postcard::decode(&buffer) == Ok(reading()))?;
    answers.right(Postcard::encode(&reading(), &mut Vec::<u8, 8>::new()) == Err(EncodeError::Full))?;
    let mut slice = [0; 8];
    answers.right(Postcard::try_encode(&reading(), &mut slice) == Err(EncodeError::Short { needed: 9 }))?;
    answers.right(Postcard::encoded_size(&reading()) == Ok(9))?;

    let (front, back) = bytes.split_at(5);
    let mut scratch = [0; 9];
    answers.right(Postcard::decode_segments([front, back], &mut scratch) == Ok(reading()))?;
    let cut: Result<Reading<'_>, _> = Postcard::decode(front);
    answers.right(cut == Err(DecodeError::Truncated))?;

    let mut batch = Vec::<u8, 32>::new();
    answers.right(Postcard::encode_batch(&[reading(), reading()], &mut batch) == Ok(2))?;
    answers.right(Postcard::decode_batch(&batch).filter(|read| *read == Ok(reading())).count() == 2)?;

    let mut text = Vec::<u8, 16>::new();
    let mut sink = Base64::new(Alphabet::Standard, &mut text);
    answers.right(Postcard::encode(&reading(), &mut sink).is_ok() && sink.finish().is_ok())?;
    answers.right(text == *b"BDQ3MTGCAgEB")?;
    answers.right(Alphabet::Standard.decode(&text, &mut scratch).is_ok_and(|read| *read == bytes))?;

    answers.right(NUMBER == Fingerprint::of::<Reading<'_>>() && NUMBER != Fingerprint::of::<(&str, u32)>())?;
    answers.right(Reading::SCHEMA.name == "Reading")?;

    let mut wire = Vec::<u8, 2>::new();
    answers.right(Wire::encode(&7, &mut wire).is_ok() && wire == [7, 0xf8])?;
    answers.right(Wire::decode(&wire) == Ok(7))?;
    answers.right(Wire::decode(&[7, 7]) == Err(DecodeError::Malformed { codec: "wire" }))
}
