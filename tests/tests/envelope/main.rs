//! Envelopes as bytes: what goes in comes out, and what is no envelope is a typed error.

mod any;
#[path = "../../fuzz/src/envelope.rs"]
mod check;
mod golden;
mod headers;
mod limits;
mod malformed;
mod round_trip;
mod trace;

use catga::codec::CodecId;
use catga::envelope::{Envelope, Kind, WireKey};
use catga::id::Id;

/// A plain command.
fn plain<'a>() -> Envelope<'a> {
    Envelope::new(Kind::Command, Id::new(0x1122_3344_5566_7788), WireKey(0xa1a2_a3a4_a5a6_a7a8), CodecId(1))
}

fn bytes(envelope: &Envelope<'_>) -> Vec<u8> {
    let mut bytes = Vec::new();
    envelope.encode(&mut bytes).unwrap();
    bytes
}
