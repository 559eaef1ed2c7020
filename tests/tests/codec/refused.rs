//! What is no message: too deep, damaged, more than is there.

use std::collections::BTreeMap;
use std::fmt::Debug;

use catga::codec::{Codec, Decode, DecodeError, Encode, Json, MessagePack, Postcard, Protobuf};
use serde::{Deserialize, Serialize};

use crate::checks::{Choice, Proto};

const DEEP: DecodeError = DecodeError::Deep { limit: 128 };

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Tree(Vec<Tree>);

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Chain {
    next: Option<Box<Chain>>,
}

fn malformed<C: Codec>() -> DecodeError {
    DecodeError::Malformed { codec: C::NAME }
}

fn refused<'de, C: Decode<'de, T>, T: Debug>(bytes: &'de [u8]) -> DecodeError {
    C::decode(bytes).expect_err("it is no such value")
}

/// On a thread with little stack: what is not refused in time overflows it.
fn with_little_stack(run: fn()) {
    std::thread::Builder::new().stack_size(1 << 20).spawn(run).unwrap().join().unwrap();
}

#[test]
fn values_within_values_are_counted() {
    with_little_stack(|| {
        let many = 200_000;
        assert_eq!(refused::<Postcard, Tree>(&vec![1; many]), DEEP);
        assert_eq!(refused::<Postcard, Chain>(&vec![1; many]), DEEP);
        assert_eq!(refused::<Postcard, Choice>(&vec![4; many]), DEEP);
        assert_eq!(refused::<MessagePack, Tree>(&vec![0x91; many]), DEEP);
        assert_eq!(refused::<MessagePack, Chain>(&b"\x81\xa4next".repeat(many)), DEEP);
        assert_eq!(refused::<MessagePack, Choice>(&b"\x81\xa6Within".repeat(many)), DEEP);
        assert_eq!(refused::<Json, Tree>("[".repeat(many).as_bytes()), DEEP);
        assert_eq!(refused::<Json, Chain>(r#"{"next":"#.repeat(many).as_bytes()), DEEP);
        assert_eq!(refused::<Json, Choice>(r#"{"Within":"#.repeat(many).as_bytes()), DEEP);
        // Fields that nobody reads.
        let unknown = [&b"\x81\xa4what"[..], &vec![0x91; many]].concat();
        assert_eq!(refused::<MessagePack, Chain>(&unknown), DEEP);
        // JSON passes over them without going deeper.
        let unknown = format!(r#"{{"what":{}{},"next":null}}"#, "[".repeat(many), "]".repeat(many));
        assert_eq!(Json::decode(unknown.as_bytes()), Ok(Chain { next: None }));
        // A message within a message, a length and the next one.
        let mut bytes = Vec::new();
        for _ in 0..200 {
            let mut outer = vec![0x42];
            prost::encode_length_delimiter(bytes.len(), &mut outer).unwrap();
            outer.append(&mut bytes);
            bytes = outer;
        }
        assert_eq!(refused::<Protobuf, Proto>(&bytes), malformed::<Protobuf>());
    });
}

#[test]
fn as_deep_as_is_read_is_read() {
    with_little_stack(|| {
        // Each of them is a list, so 128 of them.
        let tree = |depth| (1..depth).fold(Tree(vec![]), |tree, _| Tree(vec![tree]));
        fn holds<C: Encode<Tree> + for<'de> Decode<'de, Tree>>(tree: fn(usize) -> Tree, deepest: usize) {
            let bytes = C::to_vec(&tree(deepest)).unwrap();
            assert_eq!(C::decode(&bytes), Ok(tree(deepest)), "{}", C::NAME);
            let bytes = C::to_vec(&tree(deepest + 1)).unwrap();
            assert_eq!(refused::<C, Tree>(&bytes), DEEP, "{}", C::NAME);
        }
        holds::<Postcard>(tree, 128);
        holds::<MessagePack>(tree, 128);
        holds::<Json>(tree, 127);
    });
}

/// What takes no byte could be claimed any number of times.
#[test]
fn items_without_bytes_are_not_read_for_ever() {
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Empty {
        #[serde(skip)]
        kept: u64,
    }
    let many = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1];
    assert_eq!(refused::<Postcard, Vec<()>>(&many), malformed::<Postcard>());
    assert_eq!(refused::<Postcard, BTreeMap<(), ()>>(&many), malformed::<Postcard>());
    assert_eq!(refused::<Postcard, Vec<Empty>>(&many), malformed::<Postcard>());
    assert_eq!(refused::<Postcard, Vec<Vec<()>>>(&[&[8][..], &many.repeat(8)].concat()), malformed::<Postcard>());
    let some = vec![(); 1_000];
    assert_eq!(Postcard::decode(&Postcard::to_vec(&some).unwrap()), Ok(some));
}

/// A depth is left again: beside each other, there may be any number.
#[test]
fn wide_values_are_not_deep() {
    let wide = Tree((0..1_000).map(|_| Tree(vec![Tree(vec![])])).collect());
    let bytes = Postcard::to_vec(&wide).unwrap();
    assert_eq!(Postcard::decode(&bytes), Ok(Tree((0..1_000).map(|_| Tree(vec![Tree(vec![])])).collect())));
    let bytes = MessagePack::to_vec(&wide).unwrap();
    assert_eq!(MessagePack::decode(&bytes), Ok(wide));
}

#[test]
fn what_is_no_value_is_malformed() {
    // No `bool`, no UTF-8, no variant, no varint.
    assert_eq!(refused::<Postcard, bool>(&[2]), malformed::<Postcard>());
    assert_eq!(refused::<Postcard, &str>(&[1, 0xff]), malformed::<Postcard>());
    assert_eq!(refused::<Postcard, Choice>(&[9]), malformed::<Postcard>());
    assert_eq!(refused::<Postcard, u32>(&[0xff; 6]), malformed::<Postcard>());
    assert_eq!(refused::<Json, u8>(b"256"), malformed::<Json>());
    assert_eq!(refused::<Json, u8>(b"{"), malformed::<Json>());
    assert_eq!(refused::<Json, String>(b"\"\xff\""), malformed::<Json>());
    assert_eq!(refused::<Json, f64>(b"NaN"), malformed::<Json>());
    assert_eq!(refused::<Json, Choice>(br#""No""#), malformed::<Json>());
    assert_eq!(refused::<MessagePack, u8>(&[0xcd, 1, 0]), malformed::<MessagePack>());
    assert_eq!(refused::<MessagePack, u8>(&[0xc1]), malformed::<MessagePack>());
    assert_eq!(refused::<MessagePack, &str>(&[0xa1, 0xff]), malformed::<MessagePack>());
    assert_eq!(refused::<Protobuf, Proto>(&[0x08]), malformed::<Protobuf>());
    assert_eq!(refused::<Protobuf, Proto>(&[0x00, 0x00]), malformed::<Protobuf>());
    assert_eq!(refused::<Protobuf, u64>(&[0x0a, 0x01, 0x00]), malformed::<Protobuf>());
}

/// Spaces around a value are no bytes too many, and the count begins at the first that is.
#[test]
fn trailing_bytes_of_json_are_counted_from_the_first() {
    assert_eq!(Json::decode(b" \n1 \r\n\t "), Ok(1));
    for (bytes, left) in [(&b"1 2"[..], 1), (b"1\n 2,3", 3), (b"[]\n\n]", 1), (b"\"a\"b", 1)] {
        let read: Result<serde_json::Value, _> = Json::decode(bytes);
        assert_eq!(read, Err(DecodeError::Trailing { bytes: left }), "{}", String::from_utf8_lossy(bytes));
    }
}

#[test]
fn trailing_bytes_of_messagepack_are_counted_whatever_comes_before() {
    let value = serde_json::json!({
        "list": [1, -1, 200, -200, 70_000, 1_u64 << 40, 0.5, "x".repeat(300), "y".repeat(70_000), null, true],
        "many": vec![(); 20],
        "map": (0..20).map(|n| (n.to_string(), n)).collect::<std::collections::BTreeMap<_, _>>(),
    });
    let mut bytes = MessagePack::to_vec(&value).unwrap();
    assert_eq!(MessagePack::decode(&bytes), Ok(value));
    bytes.extend_from_slice(&[0xc3; 5]);
    assert_eq!(refused::<MessagePack, serde_json::Value>(&bytes), DecodeError::Trailing { bytes: 5 });
    let binary = [&[0xc4, 3, 1, 2, 3][..], &[0xff]].concat();
    assert_eq!(refused::<MessagePack, &serde_bytes::Bytes>(&binary), DecodeError::Trailing { bytes: 1 });
}

#[test]
fn errors_say_what_to_do() {
    let texts = [
        (DEEP.to_string(), "values lie within values more than 128 times; send flatter ones"),
        (
            DecodeError::Scratch { needed: 7 }.to_string(),
            "the bytes are 7 together; give a scratch buffer of that size",
        ),
        (
            catga::codec::EncodeError::Short { needed: 7 }.to_string(),
            "the encoded value takes 7 bytes; give a larger buffer",
        ),
    ];
    for (said, expected) in texts {
        assert_eq!(said, expected);
    }
}
