//! Keys as bytes: they sort as the keys do, and come back.

use std::fmt::Debug;

use catga::id::Id;
use catga::store::{EncodeKey, ErrorKind, RowKey};
use proptest::prelude::*;

fn bytes(key: &impl EncodeKey) -> Vec<u8> {
    let mut bytes = Vec::new();
    key.encode_key(&mut bytes);
    bytes
}

fn check<K: RowKey + Ord + Debug>(a: K, b: K) {
    let (one, other) = (bytes(&a), bytes(&b));
    assert_eq!(one.cmp(&other), a.cmp(&b), "{a:?} {b:?}");
    // One after the other: each says where it ends.
    let both = [one, other].concat();
    let mut rest = both.as_slice();
    assert_eq!(K::decode_key(&mut rest).unwrap(), a);
    assert_eq!(K::decode_key(&mut rest).unwrap(), b);
    assert!(rest.is_empty());
}

fn text() -> impl Strategy<Value = String> {
    // Few characters, so that one is often the beginning of another.
    proptest::collection::vec(prop_oneof![Just('\0'), Just('\u{1}'), Just('a'), any::<char>()], 0..5)
        .prop_map(|chars| chars.into_iter().collect())
}

fn blob() -> impl Strategy<Value = Vec<u8>> {
    proptest::collection::vec(prop_oneof![Just(0), Just(1), Just(255), any::<u8>()], 0..5)
}

proptest! {
    #[test]
    fn integers_sort(a: (u8, u16, u32, u64), b: (u8, u16, u32, u64)) {
        check(a, b);
    }

    #[test]
    fn signed_integers_sort(a: (i8, i16, i32, i64), b: (i8, i16, i32, i64)) {
        check(a, b);
    }

    #[test]
    fn wide_integers_sort(a: (i128, u128, bool), b: (i128, u128, bool)) {
        check(a, b);
    }

    #[test]
    fn texts_sort(a in text(), b in text()) {
        check(a, b);
    }

    #[test]
    fn bytes_sort(a in blob(), b in blob()) {
        check(a, b);
    }

    #[test]
    fn tuples_sort(a in (text(), blob(), any::<u8>()), b in (text(), blob(), any::<u8>())) {
        check(a, b);
    }

    #[test]
    fn ids_sort(a: u64, b: u64) {
        check((Id::new(a),), (Id::new(b),));
    }

    /// What is no key is an error and nothing worse.
    #[test]
    fn anything_decodes_or_not(bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
        let mut rest = bytes.as_slice();
        if let Ok((text, blob)) = <(String, Vec<u8>)>::decode_key(&mut rest) {
            let mut again = Vec::new();
            (text, blob).encode_key(&mut again);
            assert_eq!(again, bytes[..bytes.len() - rest.len()]);
        }
    }
}

#[test]
fn the_extremes_sort() {
    let signed = [i64::MIN, i64::MIN + 1, -1, 0, 1, i64::MAX];
    let tuples: Vec<(i64, String)> =
        signed.iter().flat_map(|number| ["", "\0", "z"].map(|text| (*number, text.to_owned()))).collect();
    for a in &tuples {
        for b in &tuples {
            check(a.clone(), b.clone());
        }
    }
}

#[test]
fn a_wrong_key_is_an_encoding_error() {
    for bytes in [&[][..], &[0], &[0, 7], b"a", &[0xff, 0, 1]] {
        assert_eq!(String::decode_key(&mut { bytes }).unwrap_err().kind(), ErrorKind::Encoding, "{bytes:?}");
    }
    assert_eq!(bool::decode_key(&mut [2].as_slice()).unwrap_err().kind(), ErrorKind::Encoding);
    assert_eq!(u64::decode_key(&mut [1, 2].as_slice()).unwrap_err().kind(), ErrorKind::Encoding);
}
