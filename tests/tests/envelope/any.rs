//! Any envelope.

use std::time::Duration;

use catga::codec::CodecId;
use catga::envelope::{CompressionId, Envelope, Fingerprint, Headers, Kind, TraceContext, WireKey};
use catga::id::Id;
use catga::message::Qos;
use proptest::prelude::*;

pub const KINDS: [Kind; 10] = [
    Kind::Command,
    Kind::Query,
    Kind::Event,
    Kind::Stream,
    Kind::Reply,
    Kind::Failure,
    Kind::Item,
    Kind::End,
    Kind::Credit,
    Kind::Cancel,
];

/// What an envelope borrows, and the envelope without it.
#[derive(Clone, Debug)]
pub struct Owned {
    plain: Envelope<'static>,
    ordering: Option<Vec<u8>>,
    pairs: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Owned {
    pub fn lend<T>(&self, to: impl FnOnce(Envelope<'_>) -> T) -> T {
        let pairs: Vec<(&str, &str)> = self.pairs.iter().map(|(name, value)| (&**name, &**value)).collect();
        let mut envelope = self.plain;
        envelope.ordering = self.ordering.as_deref();
        envelope.headers = Headers::of(&pairs);
        envelope.body = &self.body;
        to(envelope)
    }
}

fn id() -> impl Strategy<Value = Id> {
    // Few of them, so that two are often equal.
    prop_oneof![Just(Id::NIL), Just(Id::new(1)), Just(Id::new(2)), any::<u64>().prop_map(Id::new)]
}

fn trace() -> impl Strategy<Value = TraceContext> {
    (1..=u128::MAX, 1..=u64::MAX, any::<u8>())
        .prop_map(|(trace, span, flags)| TraceContext::new(trace.to_be_bytes(), span.to_be_bytes(), flags).unwrap())
}

pub fn envelope() -> impl Strategy<Value = Owned> {
    let of_message = (
        prop::sample::select(&KINDS[..]),
        (id(), id(), id()),
        any::<u64>(),
        prop_oneof![Just(1), any::<u32>()],
        prop_oneof![Just(0), any::<u32>()],
        prop::sample::select(vec![Qos::AtMostOnce, Qos::AtLeastOnce, Qos::ExactlyOnce]),
    );
    let of_delivery = (
        prop::option::of(any::<u32>().prop_map(|ms| Duration::from_millis(ms.into()))),
        prop::option::of(any::<u64>()),
        1..=u32::MAX,
        prop::option::of(trace()),
        any::<u8>(),
        prop_oneof![Just(0), any::<u8>()],
    );
    let bytes = (
        prop::option::of(prop::collection::vec(any::<u8>(), 0..=255)),
        prop::collection::vec(("[!-9;-~]{1,64}", "\\PC{0,50}"), 0..12),
        prop::collection::vec(any::<u8>(), 0..300),
    );
    (of_message, of_delivery, bytes).prop_map(|(message, delivery, (ordering, pairs, body))| {
        let (kind, (id, correlation, causation), key, version, schema, qos) = message;
        let (budget, sent, attempt, trace, codec, compression) = delivery;
        let mut plain = Envelope::new(kind, id, WireKey(key), CodecId(codec));
        plain.correlation = correlation;
        plain.causation = causation;
        plain.version = version;
        plain.schema = Fingerprint(schema);
        plain.qos = qos;
        plain.budget = budget;
        plain.sent = sent;
        plain.attempt = attempt;
        plain.trace = trace;
        plain.compression = CompressionId(compression);
        Owned { plain, ordering, pairs, body }
    })
}
