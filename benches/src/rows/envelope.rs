use std::cell::RefCell;
use std::hint::black_box;
use std::time::Duration;

use catga::codec::CodecId;
use catga::envelope::{Envelope, Fingerprint, Headers, Kind, WireKey};
use catga::id::Id;

use crate::row::{Row, Run, repeat};

/// An envelope around 64 bytes: a command on its own, and one that says as much as most will.
pub(super) fn rows() -> Vec<Row> {
    vec![
        row("copy of 93 bytes", copy, |times| 93 * times),
        row("catga Envelope, encode", |times| encode(times, &plain()), |times| 93 * times),
        row("catga Envelope, decode", |times| decode(times, &plain()), |times| 64 * times),
        row("catga Envelope with 3 headers, encode", |times| encode(times, &rich()), |times| 205 * times),
        row("catga Envelope with 3 headers, decode", |times| decode(times, &rich()), |times| 64 * times),
    ]
}

const fn row(name: &'static str, run: fn(u64) -> Run, expected: fn(u64) -> u64) -> Row {
    Row { name, run, future: || 0, expected, is_looped: true }
}

fn plain() -> Envelope<'static> {
    let mut envelope = Envelope::new(Kind::Command, Id::new(1 << 62), WireKey::of("PlaceOrder"), CodecId(1));
    envelope.schema = Fingerprint(7);
    envelope.body = &[7; 64];
    envelope
}

fn rich() -> Envelope<'static> {
    let mut envelope = plain();
    envelope.correlation = Id::new(1 << 61);
    envelope.causation = Id::new(1 << 60);
    envelope.budget = Some(Duration::from_secs(5));
    envelope.ordering = Some(b"customer/4711");
    envelope.trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".parse().ok();
    envelope.headers = Headers::of(&[("tenant", "acme"), ("language", "fr"), ("user", "0815-4711-0815-4711-08")]);
    envelope
}

fn copy(times: u64) -> Run {
    #[inline(never)]
    fn operation(from: &[u8], into: &mut Vec<u8>) {
        into.extend_from_slice(from);
    }
    let into = RefCell::new(Vec::with_capacity(1024));
    repeat(times, |_| {
        let mut into = into.borrow_mut();
        into.clear();
        operation(black_box(&[7; 93]), &mut into);
        black_box(&into[..]).len() as u64
    })
}

fn encode(times: u64, envelope: &Envelope<'_>) -> Run {
    #[inline(never)]
    fn operation(envelope: &Envelope<'_>, into: &mut Vec<u8>) {
        envelope.encode(into).expect("it has room");
    }
    let into = RefCell::new(Vec::with_capacity(1024));
    repeat(times, |_| {
        let mut into = into.borrow_mut();
        into.clear();
        operation(black_box(envelope), &mut into);
        black_box(&into[..]).len() as u64
    })
}

fn decode(times: u64, envelope: &Envelope<'_>) -> Run {
    #[inline(never)]
    fn operation(bytes: &[u8]) -> Envelope<'_> {
        Envelope::decode(bytes).expect("it is one")
    }
    let mut bytes = Vec::new();
    envelope.encode(&mut bytes).expect("it has room");
    repeat(times, |_| black_box(operation(black_box(&bytes))).body.len() as u64)
}
