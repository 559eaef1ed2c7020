//! What holds for any bytes, of every format: a decode answers, and what it takes it can write and read again.
//! The fuzz targets and a property test call it.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt::Debug;

use catga::codec::base64::{Alphabet, Base64};
use catga::codec::compression::{Compression, CompressionError, Lz4, Zstd};
use catga::codec::{Batch, Decode, Encode, Json, MessagePack, Postcard, Protobuf};
use serde::{Deserialize, Serialize};

/// What serde has, in one type.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Everything {
    pub unsigned: (u8, u16, u32, u64, u128),
    pub signed: (i8, i16, i32, i64, i128),
    pub single: f32,
    pub double: f64,
    pub flag: bool,
    pub letter: char,
    pub text: String,
    #[serde(with = "serde_bytes")]
    pub bytes: Vec<u8>,
    pub nothing: (),
    pub note: Option<String>,
    pub choices: Vec<Choice>,
    pub named: BTreeMap<String, i64>,
    pub within: Option<Box<Everything>>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Choice {
    Unit,
    One(u64),
    Two(i8, String),
    Named { flag: Option<bool>, list: Vec<u16> },
    Within(Box<Choice>),
}

/// What prost has, in one message.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Proto {
    #[prost(uint64, tag = "1")]
    pub unsigned: u64,
    #[prost(sint64, tag = "2")]
    pub signed: i64,
    #[prost(double, tag = "3")]
    pub double: f64,
    #[prost(string, optional, tag = "4")]
    pub text: Option<String>,
    #[prost(bytes = "vec", tag = "5")]
    pub bytes: Vec<u8>,
    #[prost(sint32, repeated, tag = "6")]
    pub numbers: Vec<i32>,
    #[prost(btree_map = "string, int64", tag = "7")]
    pub named: BTreeMap<String, i64>,
    #[prost(message, optional, boxed, tag = "8")]
    pub within: Option<Box<Proto>>,
    #[prost(oneof = "Either", tags = "9, 10")]
    pub either: Option<Either>,
    #[prost(fixed32, tag = "11")]
    pub fixed: u32,
    #[prost(float, tag = "12")]
    pub single: f32,
    #[prost(bool, tag = "13")]
    pub flag: bool,
}

#[derive(Clone, PartialEq, prost::Oneof)]
pub enum Either {
    #[prost(uint32, tag = "9")]
    Number(u32),
    #[prost(message, tag = "10")]
    Message(Inner),
}

#[derive(Clone, PartialEq, prost::Message)]
pub struct Inner {
    #[prost(string, repeated, tag = "1")]
    pub texts: Vec<String>,
}

/// Borrows from the bytes.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub struct View<'a> {
    pub text: &'a str,
    #[serde(with = "serde_bytes")]
    pub bytes: &'a [u8],
    pub rest: Vec<&'a str>,
}

/// What is taken can be written, is as long as is said, and is the same when it is read again. By its bytes:
/// a NaN is unlike itself.
fn again<C, T>(bytes: &[u8])
where
    C: Encode<T> + for<'de> Decode<'de, T>,
    T: Debug,
{
    if let Ok(value) = C::decode(bytes) {
        written::<C, T>(&value);
    }
}

fn written<C, T>(value: &T)
where
    C: Encode<T> + for<'de> Decode<'de, T>,
    T: Debug,
{
    let written = C::to_vec(value).expect("what was read can be written");
    assert_eq!(C::encoded_size(value), Ok(written.len()), "{value:?}");
    let mut room = vec![0; written.len()];
    assert_eq!(C::try_encode(value, &mut room).map(|room| &*room), Ok(&written[..]), "{value:?}");
    let read: T = C::decode(&written).expect("what was written can be read");
    assert_eq!(C::to_vec(&read).as_ref(), Ok(&written), "{value:?}");
}

fn borrowed<'a, C>(bytes: &'a [u8])
where
    C: Encode<View<'a>> + Decode<'a, View<'a>>,
{
    let Ok(view) = C::decode(bytes) else { return };
    let within = |part: &[u8]| part.is_empty() || bytes.as_ptr_range().contains(&part.as_ptr());
    assert!(within(view.text.as_bytes()) && within(view.bytes), "{view:?} is no view");
    assert!(view.rest.iter().all(|text| within(text.as_bytes())), "{view:?} is no view");
    C::to_vec(&view).expect("what was read can be written");
}

pub fn postcard(bytes: &[u8]) {
    again::<Postcard, Everything>(bytes);
    again::<Postcard, Choice>(bytes);
    again::<Postcard, Vec<Option<BTreeMap<String, f64>>>>(bytes);
    borrowed::<Postcard>(bytes);
}

/// A number too large for an `f32` is read as infinity, which JSON has not.
fn is_finite(value: &Everything) -> bool {
    value.single.is_finite() && value.within.as_ref().is_none_or(|within| is_finite(within))
}

pub fn json(bytes: &[u8]) {
    if let Ok(value) = Json::decode(bytes)
        && is_finite(&value)
    {
        written::<Json, Everything>(&value);
    }
    again::<Json, Choice>(bytes);
    again::<Json, Vec<Option<BTreeMap<String, f64>>>>(bytes);
    borrowed::<Json>(bytes);
}

pub fn messagepack(bytes: &[u8]) {
    again::<MessagePack, Everything>(bytes);
    again::<MessagePack, Choice>(bytes);
    again::<MessagePack, Vec<Option<BTreeMap<String, f64>>>>(bytes);
    borrowed::<MessagePack>(bytes);
}

pub fn protobuf(bytes: &[u8]) {
    again::<Protobuf, Proto>(bytes);
    again::<Protobuf, Inner>(bytes);
    again::<Protobuf, ()>(bytes);
    again::<Protobuf, u64>(bytes);
    again::<Protobuf, String>(bytes);
}

pub fn batch(bytes: &[u8]) {
    let batch: Batch<'_, Postcard, Choice> = Postcard::decode_batch(bytes);
    let values: Vec<_> = batch.collect();
    assert!(values.len() <= bytes.len());
    let good: Vec<Choice> = values.into_iter().flatten().collect();
    let mut written = Vec::new();
    assert_eq!(Postcard::encode_batch(&good, &mut written), Ok(good.len()));
    let read: Result<Vec<Choice>, _> = Postcard::decode_batch(&written).collect();
    assert_eq!(read, Ok(good));
}

/// The first byte says which alphabet.
pub fn base64(bytes: &[u8]) {
    let Some((first, text)) = bytes.split_first() else { return };
    let alphabet = if first % 2 == 0 { Alphabet::Standard } else { Alphabet::UrlSafe };
    let mut room = vec![0; text.len()];
    if let Ok(decoded) = alphabet.decode(text, &mut room) {
        let mut again = vec![0; text.len()];
        let written = alphabet.encode(decoded, &mut again).expect("there is room");
        assert_eq!(written.as_bytes(), text, "two texts for the same bytes");
    }
    // Any bytes are some text, in one piece or in two.
    let mut room = vec![0; alphabet.encoded_size(text.len())];
    let whole = alphabet.encode(text, &mut room).expect("there is room").to_owned();
    let mut pieces = Vec::new();
    let mut sink = Base64::new(alphabet, &mut pieces);
    let (front, back) = text.split_at(usize::from(*first).min(text.len()));
    catga::buffer::Sink::put(&mut sink, front).expect("there is room");
    catga::buffer::Sink::put(&mut sink, back).expect("there is room");
    sink.finish().expect("there is room");
    assert_eq!(pieces, whole.as_bytes());
}

/// No more than this, whatever the bytes say.
pub const LIMIT: usize = 100_000;

/// What is made of bytes before these, damaged ones too, is no matter: it is used again, as a mediator does.
fn expands<C: Compression>(compression: &mut C, bytes: &[u8]) {
    let mut expanded = Vec::new();
    match compression.expand_within(bytes, LIMIT, &mut expanded) {
        Ok(()) => assert!(expanded.len() <= LIMIT),
        Err(CompressionError::Large { limit }) => assert_eq!(limit, LIMIT),
        Err(_) => assert!(expanded.is_empty()),
    }
    assert!(expanded.capacity() <= LIMIT, "{} bytes", expanded.capacity());
    // Any bytes can be compressed, and come back.
    let mut room = vec![0; C::bound(bytes.len())];
    let len = compression.compress(bytes, &mut room).expect("there is room");
    compression.expand_within(&room[..len], bytes.len(), &mut expanded).expect("they fit");
    assert_eq!(expanded, bytes);
}

thread_local! {
    static ZSTD: RefCell<Zstd> = RefCell::default();
    static LZ4: RefCell<Lz4> = RefCell::default();
}

pub fn zstd(bytes: &[u8]) {
    ZSTD.with_borrow_mut(|zstd| expands(zstd, bytes));
}

pub fn lz4(bytes: &[u8]) {
    LZ4.with_borrow_mut(|lz4| expands(lz4, bytes));
}
