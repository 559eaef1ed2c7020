use std::hint::black_box;

use catga::codec::{Decode, Encode, Json, MessagePack, Postcard, Protobuf};
use serde::{Deserialize, Serialize};

use crate::row::{Row, Run, repeat};

/// Each format by its library alone, and through ours: into a buffer that is used again, and back.
pub(super) fn rows() -> Vec<Row> {
    vec![
        row("postcard, encode", raw::encode_postcard, Order::sizes::<Postcard>),
        row("catga Postcard, encode", encode::<Postcard>, Order::sizes::<Postcard>),
        row("postcard, encode to a slice", raw::slice_postcard, Order::sizes::<Postcard>),
        row("catga Postcard, encode to a slice", slice::<Postcard>, Order::sizes::<Postcard>),
        row("serde_json, encode", raw::encode_json, Order::sizes::<Json>),
        row("catga Json, encode", encode::<Json>, Order::sizes::<Json>),
        row("rmp-serde, encode", raw::encode_messagepack, Order::sizes::<MessagePack>),
        row("catga MessagePack, encode", encode::<MessagePack>, Order::sizes::<MessagePack>),
        row("prost, encode", raw::encode_protobuf, Order::sizes::<Protobuf>),
        row("catga Protobuf, encode", encode::<Protobuf>, Order::sizes::<Protobuf>),
        row("postcard, decode", raw::decode_postcard, cents),
        row("catga Postcard, decode", decode::<Postcard>, cents),
        row("serde_json, decode", raw::decode_json, cents),
        row("catga Json, decode", decode::<Json>, cents),
        row("rmp-serde, decode", raw::decode_messagepack, cents),
        row("catga MessagePack, decode", decode::<MessagePack>, cents),
        row("prost, decode", raw::decode_protobuf, cents),
        row("catga Protobuf, decode", decode::<Protobuf>, cents),
    ]
}

const fn row(name: &'static str, run: fn(u64) -> Run, expected: fn(u64) -> u64) -> Row {
    Row { name, run, future: || 0, expected, is_looped: true }
}

/// About what a message of a shop is: 64 bytes in Postcard.
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
    #[prost(bool, tag = "5")]
    is_gift: bool,
}

#[derive(Clone, PartialEq, Serialize, Deserialize, prost::Message)]
struct Line {
    #[prost(uint64, tag = "1")]
    sku: u64,
    #[prost(sint32, tag = "2")]
    count: i32,
    #[prost(string, optional, tag = "3")]
    note: Option<String>,
}

/// So that every question has as many bytes in every format.
const CENTS: u64 = 1_000_000;

impl Order {
    fn example(q: u64) -> Self {
        let line =
            |sku, note: &str| Line { sku, count: 3, note: Some(note.to_owned()).filter(|note| !note.is_empty()) };
        Self {
            cents: CENTS + q,
            card: "4711 0815 4711 0815".to_owned(),
            lines: vec![line(1_234_567, ""), line(89, "in red, please"), line(1 << 40, "")],
            discount: Some(0.125),
            is_gift: true,
        }
    }

    fn sizes<C: Encode<Self>>(times: u64) -> u64 {
        times * C::encoded_size(&Self::example(0)).unwrap_or_default() as u64
    }
}

fn cents(times: u64) -> u64 {
    times * CENTS
}

/// The loop over one order, that is written again and again.
fn encodes(times: u64, operation: impl Fn(&Order, &mut Vec<u8>)) -> Run {
    let order = Order::example(0);
    let bytes = std::cell::RefCell::new(Vec::with_capacity(1024));
    repeat(times, |_| {
        let mut bytes = bytes.borrow_mut();
        bytes.clear();
        operation(black_box(&order), &mut bytes);
        black_box(&bytes[..]).len() as u64
    })
}

fn slices(times: u64, operation: impl Fn(&Order, &mut [u8]) -> usize) -> Run {
    let order = Order::example(0);
    let bytes = std::cell::RefCell::new([0; 1024]);
    repeat(times, |_| operation(black_box(&order), &mut bytes.borrow_mut()[..]) as u64)
}

/// The loop over one order's bytes.
fn decodes<C: Encode<Order>>(times: u64, operation: impl Fn(&[u8]) -> Order) -> Run {
    let bytes = C::to_vec(&Order::example(0)).unwrap_or_default();
    repeat(times, |_| black_box(operation(black_box(&bytes))).cents)
}

fn encode<C: Encode<Order>>(times: u64) -> Run {
    #[inline(never)]
    fn operation<C: Encode<Order>>(order: &Order, bytes: &mut Vec<u8>) {
        C::encode(order, bytes).expect("an order can be written");
    }
    encodes(times, operation::<C>)
}

fn slice<C: Encode<Order>>(times: u64) -> Run {
    #[inline(never)]
    fn operation<C: Encode<Order>>(order: &Order, bytes: &mut [u8]) -> usize {
        C::try_encode(order, bytes).expect("there is room").len()
    }
    slices(times, operation::<C>)
}

fn decode<C: Encode<Order> + for<'de> Decode<'de, Order>>(times: u64) -> Run {
    #[inline(never)]
    fn operation<C: for<'de> Decode<'de, Order>>(bytes: &[u8]) -> Order {
        C::decode(bytes).expect("it is an order")
    }
    decodes::<C>(times, operation::<C>)
}

/// By the libraries alone, as their documentation says.
mod raw {
    use super::*;

    macro_rules! encoders {
        ($($name:ident: |$order:ident, $bytes:ident| $encode:expr;)*) => {$(
            pub(super) fn $name(times: u64) -> Run {
                #[inline(never)]
                fn operation($order: &Order, $bytes: &mut Vec<u8>) {
                    $encode
                }
                encodes(times, operation)
            }
        )*};
    }

    encoders! {
        encode_postcard: |order, bytes| {
            *bytes = postcard::to_extend(order, std::mem::take(bytes)).expect("an order can be written");
        };
        encode_json: |order, bytes| serde_json::to_writer(bytes, order).expect("an order can be written");
        encode_messagepack: |order, bytes| {
            rmp_serde::encode::write_named(bytes, order).expect("an order can be written");
        };
        encode_protobuf: |order, bytes| prost::Message::encode(order, bytes).expect("an order can be written");
    }

    pub(super) fn slice_postcard(times: u64) -> Run {
        #[inline(never)]
        fn operation(order: &Order, bytes: &mut [u8]) -> usize {
            postcard::to_slice(order, bytes).expect("there is room").len()
        }
        slices(times, operation)
    }

    macro_rules! decoders {
        ($($name:ident: $codec:ident, |$bytes:ident| $decode:expr;)*) => {$(
            pub(super) fn $name(times: u64) -> Run {
                #[inline(never)]
                fn operation($bytes: &[u8]) -> Order {
                    $decode.expect("it is an order")
                }
                decodes::<$codec>(times, operation)
            }
        )*};
    }

    decoders! {
        decode_postcard: Postcard, |bytes| postcard::from_bytes(bytes);
        decode_json: Json, |bytes| serde_json::from_slice(bytes);
        decode_messagepack: MessagePack, |bytes| rmp_serde::from_slice(bytes);
        decode_protobuf: Protobuf, |bytes| <Order as prost::Message>::decode(bytes);
    }
}
