//! Bytes that must never change while the format's number is 1.

use std::time::Duration;

use catga::envelope::{CompressionId, Envelope, Fingerprint, Headers, Kind, TraceContext, WireKey};
use catga::id::Id;
use catga::message::{Command, Event, Qos, Query, Stream};

use super::{any::KINDS, bytes, plain};

#[rustfmt::skip]
const PLAIN: [u8; 29] = [
    1, 1, 0x01, 0x00, 1, 0, 0, 0,
    0x88, 0x77, 0x66, 0x55, 0x44, 0x33, 0x22, 0x11,
    0xa8, 0xa7, 0xa6, 0xa5, 0xa4, 0xa3, 0xa2, 0xa1,
    1,
    0xef, 0xbe, 0xad, 0xde,
];

#[rustfmt::skip]
const ALL: [u8; 115] = [
    1, 3, 0xff, 0x1b, 2, 1, 0, 0,
    0x88, 0x77, 0x66, 0x55, 0x44, 0x33, 0x22, 0x11,
    0xa8, 0xa7, 0xa6, 0xa5, 0xa4, 0xa3, 0xa2, 0xa1,
    1,
    0xef, 0xbe, 0xad, 0xde, // schema
    0xac, 0x02, // version 300
    5, 0, 0, 0, 0, 0, 0, 0, // correlation
    6, 0, 0, 0, 0, 0, 0, 0, // causation
    0x98, 0x3a, 0, 0, // 15 s
    0x00, 0x8c, 0x0b, 0x5b, 0x9a, 0x01, 0, 0, // sent
    2, // compression
    0x0a, 0xf7, 0x65, 0x19, 0x16, 0xcd, 0x43, 0xdd, 0x84, 0x48, 0xeb, 0x21, 0x1c, 0x80, 0x31, 0x9c, // trace
    0xb7, 0xad, 0x6b, 0x71, 0x69, 0x20, 0x33, 0x31, 0x01, // span, flags
    3, b'k', b'e', b'y',
    2, 6, b't', b'e', b'n', b'a', b'n', b't', 4, b'a', b'c', b'm', b'e', 1, b'x', 2, 0xc3, 0xa9,
    b'b', b'o', b'd', b'y',
    b'!', b'!', b'!', b'!',
];

#[test]
fn a_plain_command() {
    let mut envelope = plain();
    envelope.schema = Fingerprint(0xdead_beef);
    assert_eq!(bytes(&envelope), PLAIN);
    assert_eq!(Envelope::decode(&PLAIN), Ok(envelope));
}

#[test]
fn an_event_with_everything() {
    let mut envelope = plain();
    envelope.kind = Kind::Event;
    envelope.correlation = Id::new(5);
    envelope.causation = Id::new(6);
    envelope.version = 300;
    envelope.schema = Fingerprint(0xdead_beef);
    envelope.qos = Qos::ExactlyOnce;
    envelope.budget = Some(Duration::from_secs(15));
    envelope.sent = Some(0x19a_5b0b_8c00);
    envelope.attempt = 0x102;
    envelope.ordering = Some(b"key");
    envelope.trace = Some("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".parse::<TraceContext>().unwrap());
    envelope.compression = CompressionId(2);
    envelope.headers = Headers::of(&[("tenant", "acme"), ("x", "\u{e9}")]);
    envelope.body = b"body!!!!";
    assert_eq!(bytes(&envelope), ALL);
    assert_eq!(Envelope::decode(&ALL), Ok(envelope));
}

#[test]
fn the_numbers_of_kinds() {
    assert_eq!(KINDS.map(|kind| kind as u8), [1, 2, 3, 4, 8, 9, 10, 11, 12, 13]);
    assert_eq!(KINDS.map(Kind::is_message), [true, true, true, true, false, false, false, false, false, false]);
    let of = [Kind::of::<Command>(), Kind::of::<Query>(), Kind::of::<Event>(), Kind::of::<Stream>()];
    assert_eq!(of, KINDS[..4]);
}

#[test]
fn the_levels_of_service() {
    let all = [Qos::AtMostOnce, Qos::AtLeastOnce, Qos::ExactlyOnce];
    assert_eq!(all.map(Qos::level), [0, 1, 2]);
    assert_eq!([0, 1, 2, 3].map(Qos::of_level), [Some(all[0]), Some(all[1]), Some(all[2]), None]);
    assert_eq!(all.map(|qos| qos.honours(Qos::AtLeastOnce)), [false, true, true]);
}

#[test]
fn the_key_of_a_name() {
    // From the test vectors of FNV-1a, 64 bits.
    assert_eq!(WireKey::of("a"), WireKey(0xaf63_dc4c_8601_ec8c));
    assert_eq!(WireKey::of(""), WireKey(0xcbf2_9ce4_8422_2325));
}

#[test]
fn the_fingerprint_of_a_hash() {
    assert_eq!(Fingerprint::of_hash(0x1234_5678_0000_0001), Fingerprint(0x1234_5679));
    // Zero would say that it is not known.
    for hash in [0, 0x1234_5678_1234_5678] {
        assert!(!Fingerprint::of_hash(hash).is_unknown());
    }
}
