//! Arbitrary messages, with the edges of every number.

use std::collections::BTreeMap;

use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;

use crate::checks::{Choice, Either, Everything, Inner, Proto};

macro_rules! edges {
    ($($name:ident: $type:ident)*) => {$(
        fn $name() -> impl Strategy<Value = $type> {
            prop_oneof![Just($type::MIN), Just($type::MAX), Just(0), Just(1), any::<$type>()]
        }
    )*};
}

edges! { u16s: u16 u32s: u32 u64s: u64 u128s: u128 i8s: i8 i16s: i16 i32s: i32 i64s: i64 i128s: i128 }

/// JSON has no other than finite ones.
pub fn doubles() -> impl Strategy<Value = f64> {
    const EDGES: &[f64] = &[0.0, -0.0, f64::MIN, f64::MAX, f64::MIN_POSITIVE, 5e-324, f64::EPSILON, 0.1, 1e23, -1.5];
    prop_oneof![proptest::sample::select(EDGES), any::<u64>().prop_map(f64::from_bits)]
        .prop_filter("finite", |double| double.is_finite())
}

fn singles() -> impl Strategy<Value = f32> {
    prop_oneof![Just(0.0), Just(-0.0), Just(f32::MAX), Just(1e-45), any::<u32>().prop_map(f32::from_bits)]
        .prop_filter("finite", |single| single.is_finite())
}

/// With quotes, escapes, line ends, characters of two to four bytes, and no character.
pub fn texts() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        Just("\"\\\n\0\u{7f}äß€😀\u{2028}".to_owned()),
        any::<String>(),
        "[a-z]{30,40}",
        "[a-z]{250,260}",
    ]
}

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![vec(any::<u8>(), 0..20), vec(any::<u8>(), 250..260)]
}

pub fn choices() -> impl Strategy<Value = Choice> {
    let leaf = prop_oneof![
        Just(Choice::Unit),
        u64s().prop_map(Choice::One),
        (i8s(), texts()).prop_map(|(number, text)| Choice::Two(number, text)),
        (option::of(any::<bool>()), vec(u16s(), 0..5)).prop_map(|(flag, list)| Choice::Named { flag, list }),
    ];
    leaf.prop_recursive(4, 8, 1, |inner| inner.prop_map(|inner| Choice::Within(Box::new(inner))))
}

pub fn everything() -> impl Strategy<Value = Everything> {
    let numbers = (
        (any::<u8>(), u16s(), u32s(), u64s(), u128s()),
        (i8s(), i16s(), i32s(), i64s(), i128s()),
        singles(),
        doubles(),
        any::<bool>(),
        any::<char>(),
    );
    let parts = (texts(), bytes(), option::of(texts()), vec(choices(), 0..4), btree_map(texts(), i64s(), 0..4));
    let leaf = (numbers, parts).prop_map(|(numbers, (text, bytes, note, choices, named))| {
        let (unsigned, signed, single, double, flag, letter) = numbers;
        let nothing = ();
        Everything {
            unsigned,
            signed,
            single,
            double,
            flag,
            letter,
            text,
            bytes,
            nothing,
            note,
            choices,
            named,
            within: None,
        }
    });
    leaf.prop_recursive(3, 4, 1, |inner| {
        (inner.clone(), inner).prop_map(|(outer, inner)| Everything { within: Some(Box::new(inner)), ..outer })
    })
}

pub fn protos() -> impl Strategy<Value = Proto> {
    let either = prop_oneof![
        u32s().prop_map(Either::Number),
        vec(texts(), 0..3).prop_map(|texts| Either::Message(Inner { texts })),
    ];
    let numbers = (u64s(), i64s(), doubles(), vec(i32s(), 0..5), u32s(), singles(), any::<bool>());
    let parts = (option::of(texts()), bytes(), btree_map(texts(), i64s(), 0..4), option::of(either));
    let leaf = (numbers, parts).prop_map(|(numbers, (text, bytes, named, either))| {
        let (unsigned, signed, double, numbers, fixed, single, flag) = numbers;
        Proto { unsigned, signed, double, text, bytes, numbers, named, within: None, either, fixed, single, flag }
    });
    leaf.prop_recursive(3, 4, 1, |inner| {
        (inner.clone(), inner).prop_map(|(outer, inner)| Proto { within: Some(Box::new(inner)), ..outer })
    })
}

/// One that never changes, for bytes that never change.
pub fn example() -> Everything {
    Everything {
        unsigned: (1, 300, 70_000, u64::MAX, u128::MAX),
        signed: (-1, -300, -70_000, i64::MIN, i128::MIN),
        single: 0.5,
        double: -2.25,
        flag: true,
        letter: 'ß',
        text: "a \"quote\"".to_owned(),
        bytes: vec![0, 127, 255],
        nothing: (),
        note: None,
        choices: vec![
            Choice::Unit,
            Choice::One(7),
            Choice::Two(-8, "two".to_owned()),
            Choice::Named { flag: Some(false), list: vec![1, 65_535] },
            Choice::Within(Box::new(Choice::Unit)),
        ],
        named: BTreeMap::from([("one".to_owned(), 1), ("two".to_owned(), -2)]),
        within: None,
    }
}

pub fn example_proto() -> Proto {
    Proto {
        unsigned: 300,
        signed: -300,
        double: -2.25,
        text: Some("a \"quote\"".to_owned()),
        bytes: vec![0, 127, 255],
        numbers: vec![1, -2, 300],
        named: BTreeMap::from([("one".to_owned(), 1), ("two".to_owned(), -2)]),
        within: Some(Box::new(Proto { flag: true, ..Proto::default() })),
        either: Some(Either::Message(Inner { texts: vec!["x".to_owned(), String::new()] })),
        fixed: 7,
        single: 0.5,
        flag: true,
    }
}
