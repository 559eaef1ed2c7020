//! What is made up for parts: the first of each is what most take. The others are for those that take only what looks like
//! a date, an address or an id.

pub(super) const BOOLS: &[bool] = &[true, false];
pub(super) const CHARS: &[char] = &['a', 'A', '0', ' '];
pub(super) const FLOATS_32: &[f32] = &[1.0, 0.0, 0.5, -1.0, 100.0];
pub(super) const FLOATS_64: &[f64] = &[1.0, 0.0, 0.5, -1.0, 100.0];

/// Numbers of one type.
macro_rules! numbers {
    ($($name:ident $number:ty;)*) => {$(
        pub(super) const $name: &[$number] = &[1, 0, 2, 3, 16, 100];
    )*};
}

numbers! {
    I8 i8;
    I16 i16;
    I32 i32;
    I64 i64;
    I128 i128;
    U8 u8;
    U16 u16;
    U32 u32;
    U64 u64;
    U128 u128;
}

pub(super) const TEXTS: &[&str] = &[
    "a",
    "",
    "0",
    "1",
    "A",
    "2000-01-01T00:00:00Z",
    "2000-01-01T00:00:00+00:00",
    "2000-01-01T00:00:00",
    "2000-01-01 00:00:00",
    "2000-01-01",
    "00:00:00",
    "PT1S",
    "1s",
    "UTC",
    "00000000-0000-0000-0000-000000000000",
    "00000000000000000000000000",
    "000000000000000000000000",
    "127.0.0.1",
    "::1",
    "127.0.0.1:80",
    "127.0.0.0/8",
    "http://a.example/",
    "a@a.example",
    "a.example",
    "1.0.0",
    "1.0",
    "en",
    "en-GB",
    "EUR",
    "/",
    "true",
    "{}",
];

const BYTES: &[u8; 64] = &[1; 64];

/// By the lengths that ids, addresses, digests and keys have.
pub(super) const BYTE_STRINGS: &[&[u8]] = &[
    BYTES.split_at(1).0,
    BYTES.split_at(16).0,
    &[],
    BYTES.split_at(4).0,
    BYTES.split_at(8).0,
    BYTES.split_at(12).0,
    BYTES.split_at(20).0,
    BYTES.split_at(24).0,
    BYTES.split_at(32).0,
    BYTES.split_at(33).0,
    BYTES.split_at(48).0,
    BYTES,
];
