//! Postcard is read by a reader of ours, and by its library: what one takes the other takes, and as the same.

use std::collections::BTreeMap;
use std::fmt::Debug;

use catga::codec::{Decode, DecodeError, Encode as _, Postcard};
use catga_tests::damaged;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;
use serde::de::DeserializeOwned;

use crate::checks::{Choice, Everything};
use crate::values;

fn same<T: DeserializeOwned + Debug>(bytes: &[u8]) -> Result<(), TestCaseError> {
    let (ours, theirs) = (<Postcard as Decode<'_, T>>::decode(bytes), postcard::take_from_bytes::<T>(bytes));
    match (ours, theirs) {
        // As text, in which a NaN is a NaN.
        (Ok(ours), Ok((theirs, []))) => prop_assert_eq!(format!("{ours:?}"), format!("{theirs:?}")),
        (Err(DecodeError::Trailing { bytes }), Ok((_, rest))) => prop_assert_eq!(bytes, rest.len()),
        (Err(DecodeError::Truncated), Err(postcard::Error::DeserializeUnexpectedEnd)) => {}
        (Err(DecodeError::Malformed { .. }), Err(error)) => {
            prop_assert_ne!(error, postcard::Error::DeserializeUnexpectedEnd);
        }
        (ours, theirs) => prop_assert!(false, "{:?} of {:?}, and the library {:?}", ours, bytes, theirs),
    }
    Ok(())
}

fn all(bytes: &[u8]) -> Result<(), TestCaseError> {
    same::<u16>(bytes)?;
    same::<u32>(bytes)?;
    same::<u64>(bytes)?;
    same::<u128>(bytes)?;
    same::<(i8, i16, i32, i64, i128)>(bytes)?;
    same::<(bool, f32, f64, char)>(bytes)?;
    same::<[Option<u32>; 4]>(bytes)?;
    same::<(String, Vec<u16>, ())>(bytes)?;
    same::<Vec<Option<BTreeMap<u64, i8>>>>(bytes)?;
    same::<Choice>(bytes)?;
    same::<Everything>(bytes)
}

/// Most of them say that a number goes on.
fn numbers() -> impl Strategy<Value = Vec<u8>> {
    vec(prop_oneof![3 => 0x80..=0xff_u8, 2 => 0..0x80_u8, 1 => Just(0xff), 1 => 0..5_u8], 0..40)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes(bytes in vec(any::<u8>(), 0..100)) {
        all(&bytes)?;
    }

    #[test]
    fn bytes_of_numbers(bytes in numbers()) {
        all(&bytes)?;
    }

    #[test]
    fn damaged_messages(value in values::everything(), damages in vec(any::<(usize, u8, u8)>(), 0..4)) {
        all(&damaged(Postcard::to_vec(&value).unwrap(), &damages))?;
    }
}

/// Every length of a number, whole, cut off, and with bytes behind it.
#[test]
fn numbers_at_the_end_of_the_bytes() {
    for length in 0..20 {
        for last in [0, 1, 2, 3, 4, 0x0f, 0x10, 0x7f, 0x80, 0xff] {
            for behind in 0..20 {
                let bytes: Vec<u8> = [&vec![0xff; length][..], &[last], &vec![0x55; behind]].concat();
                all(&bytes).unwrap();
            }
        }
    }
}
