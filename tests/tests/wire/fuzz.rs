//! What the fuzz targets check of bytes on the wire, of those that nearly are messages and of any.

use std::path::Path;

use catga::codec::compression::{Compression, Lz4, Zstd};
use catga::codec::{CompressionId, Encode, Json, MessagePack, Postcard, Protobuf};
use catga::contract::Contract as _;
use catga::envelope::{Envelope, Kind};
use catga::id::Id;
use catga_tests::damaged;
use proptest::collection::vec;
use proptest::prelude::*;

use crate::check::{self, Cards, Charge, ChargeV1, Charges, Everything, Expired, Receipt, Rename};

fn body(which: usize, number: u64, texts: Vec<String>) -> (Kind, u32, Vec<u8>) {
    match which {
        0 => (Kind::Command, 2, Postcard::to_vec(&Charge { cents: number, notes: texts }).unwrap()),
        1 => (Kind::Query, 1, Json::to_vec(&Receipt { number: number as i32, words: Some(texts) }).unwrap()),
        2 => (Kind::Query, 1, MessagePack::to_vec(&Cards { names: texts }).unwrap()),
        3 => (Kind::Command, 1, Protobuf::to_vec(&Rename { name: texts.concat(), numbers: vec![3] }).unwrap()),
        4 => (Kind::Stream, 1, Postcard::to_vec(&Charges { up_to: number }).unwrap()),
        5 => (
            Kind::Event,
            1,
            Postcard::to_vec(&Expired { cards: texts.into_iter().map(|text| (number, text)).collect() }).unwrap(),
        ),
        _ => (Kind::Command, 1, Postcard::to_vec(&ChargeV1 { cents: number }).unwrap()),
    }
}

fn compressed<C: Compression + Default>(bytes: &[u8]) -> Vec<u8> {
    let mut room = vec![0; C::bound(bytes.len())];
    let length = C::default().compress(bytes, &mut room).unwrap();
    room.truncate(length);
    room
}

/// A message of the contract, as it crosses.
fn message(which: usize, compression: u8, number: u64, texts: Vec<String>) -> Vec<u8> {
    let member = &Everything::MEMBERS[which % Everything::MEMBERS.len()];
    let (kind, version, plain) = body(which, number, texts);
    let (compression, body) = match compression % 3 {
        0 => (CompressionId::NONE, plain),
        1 => (<Zstd as Compression>::ID, compressed::<Zstd>(&plain)),
        _ => (<Lz4 as Compression>::ID, compressed::<Lz4>(&plain)),
    };
    let mut bytes = Vec::new();
    let mut envelope = Envelope::new(kind, Id::new(7), member.key, member.codec);
    (envelope.version, envelope.compression, envelope.body) = (version, compression, &body);
    envelope.encode(&mut bytes).unwrap();
    bytes
}

fn reply(kind: Kind, which: usize, body: &[u8]) -> Vec<u8> {
    let member = &Everything::MEMBERS[which % Everything::MEMBERS.len()];
    let mut bytes = Vec::new();
    let mut envelope = Envelope::new(kind, Id::new(7), member.key, member.codec);
    (envelope.version, envelope.body) = (member.message.version, body);
    envelope.encode(&mut bytes).unwrap();
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes(bytes in vec(any::<u8>(), 0..300)) {
        check::dispatch(&bytes);
        check::answer(&bytes);
    }

    #[test]
    fn damaged_messages(
        which in 0..7_usize,
        compression in any::<u8>(),
        number in any::<u64>(),
        texts in vec(".{0,40}", 0..4),
        damages in vec(any::<(usize, u8, u8)>(), 0..4),
    ) {
        check::dispatch(&damaged(message(which, compression, number, texts), &damages));
    }

    #[test]
    fn damaged_answers(
        which in 0..6_usize,
        kind in prop::sample::select(&[Kind::Reply, Kind::Item, Kind::End, Kind::Failure]),
        body in vec(any::<u8>(), 0..80),
        damages in vec(any::<(usize, u8, u8)>(), 0..3),
    ) {
        check::answer(&damaged(reply(kind, which, &body), &damages));
    }
}

fn seeds(target: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds").join(target);
    let seeds: Vec<_> =
        std::fs::read_dir(folder).unwrap().map(|seed| std::fs::read(seed.unwrap().path()).unwrap()).collect();
    assert!(seeds.len() > 5, "there are few seeds");
    seeds
}

/// Those that the fuzz targets begin with are good ones.
#[test]
fn seeds_are_whole() {
    for seed in seeds("dispatch") {
        check::dispatch(&seed);
        assert!(check::is_dispatched(&seed), "{seed:?}");
    }
    for seed in seeds("answer") {
        check::answer(&seed);
        assert!(Envelope::decode(&seed).is_ok(), "{seed:?}");
    }
    // Beyond what is kept of an answer that is not read.
    assert!(seeds("answer").iter().any(|seed| seed.len() > catga::remote::UnreadAnswer::KEPT));
    assert!(seeds("dispatch").iter().any(|seed| seed.len() > catga::remote::UnreadAnswer::KEPT));
}
