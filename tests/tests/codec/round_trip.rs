//! What is written is read: whatever the message, the format, the buffer and the cuts.

use std::fmt::Debug;

use catga::buffer::{Full, Sink};
use catga::codec::{Codec, Decode, DecodeError, Encode, EncodeError, Json, MessagePack, Postcard, Protobuf};
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;

use crate::values;

/// Takes so many bytes.
struct Small(Vec<u8>, usize);

impl Sink for Small {
    fn put(&mut self, bytes: &[u8]) -> Result<(), Full> {
        if self.0.len() + bytes.len() > self.1 {
            return Err(Full);
        }
        self.0.extend_from_slice(bytes);
        Ok(())
    }
}

fn holds<C, T>(value: &T, cuts: &[usize]) -> Result<(), TestCaseError>
where
    C: Encode<T> + for<'de> Decode<'de, T>,
    T: Debug + PartialEq,
{
    let bytes = C::to_vec(value).unwrap();
    let size = bytes.len();
    let read: T = C::decode(&bytes).map_err(|error| TestCaseError::fail(format!("{}: {error}", C::NAME)))?;
    prop_assert_eq!(&read, value);
    prop_assert_eq!(C::encoded_size(value), Ok(size));

    // Every size of a slice, but for long ones a few.
    for room in (0..size + 3).step_by(1 + size / 40).chain([size.saturating_sub(1), size, size + 1]) {
        let mut slice = vec![0xaa; room];
        let written = C::try_encode(value, &mut slice);
        if room < size {
            prop_assert_eq!(written, Err(EncodeError::Short { needed: size }));
        } else {
            prop_assert_eq!(written.map(|written| &*written), Ok(&bytes[..]));
            prop_assert!(slice[size..].iter().all(|byte| *byte == 0xaa), "written beyond its end");
        }
        let mut small = Small(Vec::new(), room);
        let expected = if room < size { Err(EncodeError::Full) } else { Ok(()) };
        prop_assert_eq!(C::encode(value, &mut small), expected);
        prop_assert!(bytes.starts_with(&small.0));
    }

    // Every chunking.
    let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut % (size + 1)).chain([0, size]).collect();
    cuts.sort_unstable();
    let segments = || cuts.windows(2).map(|ends| &bytes[ends[0]..ends[1]]);
    let whole = segments().filter(|segment| !segment.is_empty()).count() <= 1;
    let mut scratch = vec![0; size];
    prop_assert_eq!(&C::decode_segments(segments(), &mut scratch).unwrap(), value);
    if !whole {
        let mut scratch = vec![0; size - 1];
        let short: Result<T, _> = C::decode_segments(segments(), &mut scratch);
        prop_assert_eq!(short, Err(DecodeError::Scratch { needed: size }));
    }
    Ok(())
}

/// A cut is never the whole value, and the formats with an end know that there is more to come.
fn ends<C, T>(value: &T) -> Result<(), TestCaseError>
where
    C: Encode<T> + for<'de> Decode<'de, T>,
    T: Debug + PartialEq,
{
    let mut bytes = C::to_vec(value).unwrap();
    for cut in (0..bytes.len()).step_by(1 + bytes.len() / 50) {
        let read: Result<T, _> = C::decode(&bytes[..cut]);
        prop_assert_eq!(read, Err(DecodeError::Truncated), "{} at {}", C::NAME, cut);
    }
    let left = bytes.len();
    bytes.extend_from_slice(b"xyz");
    prop_assert_eq!(C::decode(&bytes), Err::<T, _>(DecodeError::Trailing { bytes: 3 }));
    bytes.truncate(left + 1);
    prop_assert_eq!(C::decode(&bytes), Err::<T, _>(DecodeError::Trailing { bytes: 1 }));
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn postcard(value in values::everything(), cuts: [usize; 4]) {
        holds::<Postcard, _>(&value, &cuts)?;
        ends::<Postcard, _>(&value)?;
    }

    #[test]
    fn json(value in values::everything(), cuts: [usize; 4]) {
        holds::<Json, _>(&value, &cuts)?;
        ends::<Json, _>(&value)?;
    }

    #[test]
    fn messagepack(value in values::everything(), cuts: [usize; 4]) {
        holds::<MessagePack, _>(&value, &cuts)?;
        ends::<MessagePack, _>(&value)?;
    }

    #[test]
    fn protobuf(value in values::protos(), cuts: [usize; 4]) {
        holds::<Protobuf, _>(&value, &cuts)?;
    }

    /// Of any bits: the formats that are not text keep them.
    #[test]
    fn doubles(bits: u64) {
        let double = f64::from_bits(bits);
        let bytes = Postcard::to_vec(&double).unwrap();
        prop_assert_eq!(<Postcard as Decode<'_, f64>>::decode(&bytes).unwrap().to_bits(), bits);
        let bytes = MessagePack::to_vec(&double).unwrap();
        prop_assert_eq!(<MessagePack as Decode<'_, f64>>::decode(&bytes).unwrap().to_bits(), bits);
        let bytes = Protobuf::to_vec(&double).unwrap();
        prop_assert_eq!(<Protobuf as Decode<'_, f64>>::decode(&bytes).unwrap().to_bits(), bits);
    }
}

/// What a handler answers with, without a message around it.
#[test]
fn plain_replies_in_protobuf() {
    assert_eq!(Protobuf::to_vec(&()), Ok(vec![]));
    assert_eq!(Protobuf::decode(&[]), Ok(()));
    holds::<Protobuf, _>(&(), &[]).unwrap();
    holds::<Protobuf, _>(&true, &[1]).unwrap();
    holds::<Protobuf, _>(&u64::MAX, &[1, 2]).unwrap();
    holds::<Protobuf, _>(&i64::MIN, &[1, 2]).unwrap();
    holds::<Protobuf, _>(&0.25_f64, &[1, 2]).unwrap();
    holds::<Protobuf, _>(&"ok".to_owned(), &[1, 2]).unwrap();
    holds::<Protobuf, _>(&vec![1_u8, 2], &[1, 2]).unwrap();
}

#[test]
fn a_heapless_buffer_takes_what_fits() {
    let value = ("card", 4_200_u64);
    let mut exact = heapless::Vec::<u8, 7>::new();
    assert_eq!(Postcard::encode(&value, &mut exact), Ok(()));
    assert_eq!(Postcard::decode(&exact), Ok(value));
    let mut small = heapless::Vec::<u8, 6>::new();
    assert_eq!(Postcard::encode(&value, &mut small), Err(EncodeError::Full));
    let mut small = heapless::Vec::<u8, 6>::new();
    assert_eq!(Json::encode(&value, &mut small), Err(EncodeError::Full));
    let mut small = heapless::Vec::<u8, 6>::new();
    assert_eq!(MessagePack::encode(&value, &mut small), Err(EncodeError::Full));
    let mut small = heapless::Vec::<u8, 6>::new();
    assert_eq!(Protobuf::encode(&"a longer text".to_owned(), &mut small), Err(EncodeError::Full));
}

#[test]
fn one_segment_is_not_copied() {
    let bytes = Postcard::to_vec(&"4711").unwrap();
    let segments = [&[][..], &bytes, &[]];
    let read: &str = Postcard::decode_segments(segments, &mut []).unwrap();
    assert!(bytes.as_ptr_range().contains(&read.as_ptr()));
    let nothing: Result<&str, _> = Postcard::decode_segments([], &mut []);
    assert_eq!(nothing, Err(DecodeError::Truncated));
}

/// A sequence whose length is not known until it ends.
struct Unknown;

impl serde::Serialize for Unknown {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeSeq;
        let mut seq = serializer.serialize_seq(None)?;
        seq.serialize_element(&1)?;
        seq.end()
    }
}

#[test]
fn what_a_format_cannot_express_is_said() {
    let inexpressible = |codec| Err(EncodeError::Inexpressible { codec });
    assert_eq!(Postcard::encoded_size(&Unknown), inexpressible(Postcard::NAME).map(|()| 0));
    assert_eq!(Postcard::try_encode(&Unknown, &mut [0; 8]).map(drop), inexpressible(Postcard::NAME));
    assert_eq!(Json::to_vec(&Unknown), Ok(b"[1]".to_vec()));
    assert_eq!(MessagePack::to_vec(&Unknown), Ok(vec![0x91, 1]));
    // Keys of JSON are strings.
    let keyed = std::collections::BTreeMap::from([((1, 2), 3)]);
    assert_eq!(Json::to_vec(&keyed).map(drop), inexpressible(Json::NAME));
}
