//! What the codecs allocate: nothing to write into what is there, and to read, what the value is made of and
//! never much more than the bytes that came. A binary of its own, as it has an allocator of its own, which
//! counts what each thread asks for.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Debug;

use catga::buffer::Sink;
use catga::codec::base64::{Alphabet, Base64};
use catga::codec::compression::{Compression, Lz4, Zstd};
use catga::codec::{Decode, Encode, Json, MessagePack, Postcard, Protobuf};
use catga_tests::counting::{Counting, counted, peak};
use serde::{Deserialize, Serialize};

#[global_allocator]
static COUNTING: Counting = Counting;

#[derive(Clone, PartialEq, Serialize, Deserialize, prost::Message)]
struct Order {
    #[prost(uint64, tag = "1")]
    cents: u64,
    #[prost(string, tag = "2")]
    card: String,
    #[prost(message, repeated, tag = "3")]
    lines: Vec<Line>,
    #[prost(double, optional, tag = "4")]
    discount: Option<f64>,
    #[prost(btree_map = "string, int64", tag = "5")]
    notes: BTreeMap<String, i64>,
}

#[derive(Clone, PartialEq, Serialize, Deserialize, prost::Message)]
struct Line {
    #[prost(uint64, tag = "1")]
    sku: u64,
    #[prost(string, optional, tag = "2")]
    note: Option<String>,
}

fn order() -> Order {
    Order {
        cents: 4_200,
        card: "with a \"quote\"".to_owned(),
        lines: vec![Line { sku: 7, note: None }, Line { sku: u64::MAX, note: Some("in red".to_owned()) }],
        discount: Some(1.0e-7),
        notes: BTreeMap::from([("a".to_owned(), -1), ("b".to_owned(), i64::MIN)]),
    }
}

fn writing_takes_nothing<C: Encode<Order>>() {
    let order = order();
    let orders = [order.clone(), order.clone()];
    let mut vec = Vec::with_capacity(4_096);
    let mut slice = [0; 1_024];
    let mut heapless = heapless::Vec::<u8, 1_024>::new();
    type Entry<'a> = (&'static str, Box<dyn FnMut() + 'a>);
    let mut entries: [Entry<'_>; 7] = [
        ("vec", Box::new(|| C::encode(&order, &mut vec).unwrap())),
        ("slice", Box::new(|| assert!(C::try_encode(&order, &mut slice).is_ok()))),
        (
            "heapless",
            Box::new(|| {
                heapless.clear();
                C::encode(&order, &mut heapless).unwrap();
            }),
        ),
        ("size", Box::new(|| assert!(C::encoded_size(&order).is_ok()))),
        ("too small a slice", Box::new(|| assert!(C::try_encode(&order, &mut [0; 8]).is_err()))),
        (
            "batch",
            Box::new(|| {
                let mut room = heapless::Vec::<u8, 2_048>::new();
                C::encode_batch(&orders, &mut room).unwrap();
            }),
        ),
        (
            "base64",
            Box::new(|| {
                let mut text = heapless::Vec::<u8, 2_048>::new();
                let mut sink = Base64::new(Alphabet::Standard, &mut text);
                C::encode(&order, &mut sink).unwrap();
                sink.finish().unwrap();
            }),
        ),
    ];
    for (name, entry) in &mut entries {
        assert_eq!(counted(entry).1, 0, "{} into {name}", C::NAME);
    }
}

#[test]
fn writing_allocates_nothing() {
    writing_takes_nothing::<Postcard>();
    writing_takes_nothing::<Json>();
    writing_takes_nothing::<MessagePack>();
    writing_takes_nothing::<Protobuf>();
}

/// A hint is how much room a buffer of its own begins with: of a format that knows the size, all.
#[test]
fn a_size_hint_is_where_a_buffer_begins() {
    let order = order();
    let (bytes, allocations) = counted(|| Protobuf::to_vec(&order).unwrap());
    assert_eq!((Protobuf::size_hint(&order), allocations), (bytes.len(), 1));
    // The others say what the value takes in memory, which costs nothing to know; strings and lists lie elsewhere.
    assert_eq!(Postcard::size_hint(&order), size_of_val(&order));
    let numbers = [7_u64; 8];
    let (bytes, allocations) = counted(|| Postcard::to_vec(&numbers).unwrap());
    assert_eq!((bytes.len(), bytes.capacity(), allocations), (8, 64, 1));
}

/// The strings and the list, and nothing besides. JSON puts a string with escapes together
/// elsewhere first, in a buffer that grows once.
#[test]
fn reading_allocates_what_the_value_is_made_of() {
    fn holds<C: Encode<Order> + for<'de> Decode<'de, Order>>(besides: u64) {
        let bytes = C::to_vec(&order()).unwrap();
        let (clone, made_of) = counted(|| order().clone());
        let made_of = made_of / 2;
        let (read, allocations) = counted(|| C::decode(&bytes));
        assert_eq!(read.as_ref(), Ok(&clone));
        assert!(allocations <= made_of + besides, "{}: {allocations}, and it is {made_of}", C::NAME);
    }
    holds::<Postcard>(0);
    holds::<Json>(2);
    holds::<MessagePack>(0);
    holds::<Protobuf>(0);
}

#[test]
fn views_allocate_nothing() {
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct View<'a> {
        text: &'a str,
        number: u64,
    }
    fn holds<C: for<'a> Encode<View<'a>> + for<'de> Decode<'de, View<'de>>>() {
        let view = View { text: "4711", number: 7 };
        let bytes = C::to_vec(&view).unwrap();
        let mut scratch = [0; 64];
        let (front, back) = bytes.split_at(3);
        assert_eq!(counted(|| C::decode(&bytes)), (Ok(View { ..view }), 0), "{}", C::NAME);
        assert_eq!(
            counted(|| C::decode_segments([front, back], &mut scratch)),
            (Ok(View { ..view }), 0),
            "{}",
            C::NAME
        );
        let mut batch = Vec::new();
        C::encode_batch(&[View { ..view }, View { ..view }], &mut batch).unwrap();
        let count = || C::decode_batch(&batch).filter(|read: &Result<View<'_>, _>| read.is_ok()).count();
        assert_eq!(counted(count), (2, 0), "{}", C::NAME);
    }
    holds::<Postcard>();
    holds::<Json>();
    holds::<MessagePack>();
}

/// Reads what claims to be much more than it is. So much is taken for a byte at the most: the items of a list
/// that has as many as bytes.
fn modest<'de, C: Decode<'de, T>, T: Debug>(bytes: &'de [u8], item: usize) {
    let (read, peak) = peak(|| C::decode(bytes).map(drop));
    assert!(read.is_err(), "{}: {bytes:x?}", C::NAME);
    let limit = 512 + bytes.len() * item.max(8) * 3;
    assert!(peak <= limit as i64, "{}: {peak} bytes for {} of input", C::NAME, bytes.len());
}

#[test]
fn a_claim_is_not_believed() {
    #[derive(Debug, Deserialize)]
    struct Large {
        _bytes: [u64; 16],
    }
    let long = [0xff, 0xff, 0xff, 0xff, 0x0f, 1, 2, 3];
    modest::<Postcard, Vec<u64>>(&long, 8);
    modest::<Postcard, Vec<Large>>(&long, 128);
    modest::<Postcard, String>(&long, 1);
    modest::<Postcard, serde_bytes::ByteBuf>(&long, 1);
    modest::<Postcard, HashMap<u64, u64>>(&long, 32);
    modest::<Postcard, Vec<Vec<Vec<u64>>>>(&[3, 3, 0xff, 0xff, 0xff, 0x0f, 1], 72);

    for marker in [0xdd, 0xdf, 0xdb, 0xc6] {
        let long = [marker, 0xff, 0xff, 0xff, 0xff, 1, 2, 3];
        modest::<MessagePack, Vec<u64>>(&long, 8);
        modest::<MessagePack, Vec<Large>>(&long, 128);
        modest::<MessagePack, String>(&long, 1);
        modest::<MessagePack, serde_bytes::ByteBuf>(&long, 1);
        modest::<MessagePack, HashMap<u64, u64>>(&long, 32);
        modest::<MessagePack, serde_json::Value>(&long, 64);
    }
    let nested = [0xdd, 0xff, 0xff, 0xff, 0xff].repeat(3);
    modest::<MessagePack, Vec<Vec<Vec<u64>>>>(&nested, 72);

    modest::<Json, Vec<u64>>(b"[1,2,3", 8);
    modest::<Json, String>(b"\"abc", 1);

    // A string, bytes, a message and packed numbers, each longer than what is there.
    modest::<Protobuf, Order>(&[0x12, 0xff, 0xff, 0xff, 0xff, 0x07, b'a'], 1);
    modest::<Protobuf, Order>(&[0x1a, 0xff, 0xff, 0xff, 0xff, 0x07, 0x08], 32);
    modest::<Protobuf, Vec<u8>>(&[0x0a, 0xff, 0xff, 0xff, 0xff, 0x07, 0], 1);
}

/// It would be seen if it were not so: this is what a claim costs that is believed.
#[test]
fn a_claim_that_is_believed_takes_a_megabyte() {
    let long = [0xdd, 0xff, 0xff, 0xff, 0xff, 1, 2, 3];
    let (read, peak) = peak(|| {
        use serde::Deserialize;
        Vec::<u64>::deserialize(&mut rmp_serde::Deserializer::from_read_ref(&long[..])).is_ok()
    });
    assert!(!read && peak > 500_000, "{peak}");
}

/// The second time; the memory of zstd is not Rust's, and is not counted.
#[test]
fn compressing_again_allocates_nothing() {
    fn holds<C: Compression + Default>() {
        let mut compression = C::default();
        let bytes = b"to be or not to be ".repeat(500);
        let mut room = vec![0; C::bound(bytes.len())];
        let mut expanded = Vec::with_capacity(bytes.len());
        for allowed in [u64::MAX, 0] {
            let (len, allocations) = counted(|| compression.compress(&bytes, &mut room).unwrap());
            assert!(allocations <= allowed, "{}: {allocations}", C::NAME);
            let smaller = &room[..len];
            let expand = || compression.expand_within(smaller, bytes.len(), &mut expanded).unwrap();
            assert!(counted(expand).1 <= allowed, "{}", C::NAME);
            assert_eq!(expanded, bytes);
        }
    }
    holds::<Zstd>();
    holds::<Lz4>();
}

#[test]
fn a_full_sink_takes_nothing_but_the_error_of_the_library() {
    struct Never;
    impl Sink for Never {
        fn put(&mut self, _: &[u8]) -> Result<(), catga::buffer::Full> {
            Err(catga::buffer::Full)
        }
    }
    let order = order();
    assert_eq!(counted(|| Postcard::encode(&order, &mut Never).unwrap_err()).1, 0);
    assert_eq!(counted(|| Protobuf::encode(&order, &mut Never).unwrap_err()).1, 0);
    assert_eq!(counted(|| MessagePack::encode(&order, &mut Never).unwrap_err()).1, 0);
    // serde_json keeps its errors on the heap.
    assert_eq!(counted(|| Json::encode(&order, &mut Never).unwrap_err()).1, 1);
}
