//! Many values in one piece of bytes.

use catga::codec::{Batch, Decode, DecodeError, Encode, EncodeError, Json, MessagePack, Postcard, Protobuf};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::checks::{Choice, Proto};
use crate::values;

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn all_come_back_in_order(choices in vec(values::choices(), 0..20), protos in vec(values::protos(), 0..5)) {
        fn holds<C: Encode<T> + for<'de> Decode<'de, T>, T: PartialEq + std::fmt::Debug>(values: &[T]) {
            let mut bytes = Vec::new();
            assert_eq!(C::encode_batch(values, &mut bytes), Ok(values.len()));
            let read: Vec<T> = C::decode_batch(&bytes).collect::<Result<_, _>>().unwrap();
            assert_eq!(read, values, "{}", C::NAME);
        }
        holds::<Postcard, Choice>(&choices);
        holds::<Json, Choice>(&choices);
        holds::<MessagePack, Choice>(&choices);
        holds::<Protobuf, Proto>(&protos);
    }
}

#[test]
fn a_bad_one_hides_none() {
    let mut bytes = Vec::new();
    Postcard::encode_batch(&["one", "two"], &mut bytes).unwrap();
    bytes.extend_from_slice(&[2, 1, 0xff]);
    Postcard::encode_batch(&["four"], &mut bytes).unwrap();
    bytes.extend_from_slice(&[3, 1, b'x', b'y']);
    bytes.extend_from_slice(&[9, 1]);
    let read: Vec<Result<&str, _>> = Postcard::decode_batch(&bytes).collect();
    let malformed = DecodeError::Malformed { codec: "postcard" };
    let trailing = DecodeError::Trailing { bytes: 1 };
    // The last one's length leads beyond the end.
    assert_eq!(read, [Ok("one"), Ok("two"), Err(malformed), Ok("four"), Err(trailing), Err(DecodeError::Truncated)]);
    assert!(read[..2].iter().flatten().all(|text| bytes.as_ptr_range().contains(&text.as_ptr())));
}

#[test]
fn it_ends_where_a_length_is_none() {
    let malformed = DecodeError::Malformed { codec: "batch" };
    let cases: [(&[u8], DecodeError); 5] = [
        (&[0x80], DecodeError::Truncated),
        (&[0xff, 0xff, 0xff, 0xff, 0x1f], malformed),
        (&[0xff, 0xff, 0xff, 0xff, 0xff, 0], malformed),
        (&[0xff, 0xff, 0xff, 0xff, 0x0f], DecodeError::Truncated),
        (&[0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 1], malformed),
    ];
    for (bytes, error) in cases {
        let mut batch: Batch<'_, Postcard, u8> = Postcard::decode_batch(bytes);
        assert_eq!(batch.next(), Some(Err(error)), "{bytes:x?}");
        assert_eq!(batch.next(), None);
    }
}

#[test]
fn no_more_are_read_than_are_wanted() {
    let bytes = [0; 4];
    let read: Vec<Result<(), _>> = Postcard::decode_batch(&bytes).at_most(2).collect();
    assert_eq!(read, [Ok(()), Ok(()), Err(DecodeError::Many { limit: 2 })]);
    let read: Vec<Result<(), _>> = Postcard::decode_batch(&bytes).at_most(4).collect();
    assert_eq!(read, [Ok(()); 4]);
}

#[test]
fn a_full_sink_is_told() {
    let mut small = heapless::Vec::<u8, 4>::new();
    assert_eq!(Postcard::encode_batch(&["one", "two"], &mut small), Err(EncodeError::Full));
    // Longer than 127: two bytes of length.
    let mut bytes = Vec::new();
    Protobuf::encode_batch(&[vec![7_u8; 300]], &mut bytes).unwrap();
    assert_eq!(bytes[..2], [0xaf, 0x02]);
    assert_eq!(bytes.len(), 2 + 303);
}
