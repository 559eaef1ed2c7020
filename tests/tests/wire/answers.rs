//! What comes back and is not the answer that was asked for: a typed error, and nobody knows what was done.

use catga::Remote;
use catga::codec::{CodecId, Encode, Postcard};
use catga::envelope::{CompressionId, Envelope, Kind, WireKey};
use catga::error::{Class, Classify as _};
use catga::id::Id;
use catga::prelude::*;
use catga::transport::memory::Memory;
use catga::transport::{Answer, Endpoint, Incoming as _, Listens as _, Responder as _};
use catga::wire::{Whole, respond};

use crate::contracts::{CardError, ChargeCard, PaymentsApi, bank};

#[mediator]
struct Shop {
    payments: Remote<Memory, PaymentsApi>,
}

/// Charges 4 cents, and gets what `change` makes of the right answer.
async fn answered(change: impl FnOnce(&[u8]) -> Vec<u8>) -> Result<u64, Error<CardError>> {
    let wire = Memory::default();
    let shop = Shop { payments: Remote::new(wire.clone()) };
    let mut incoming = wire.listen(Endpoint::new("payments")).await.unwrap();
    let answering = async {
        let request = incoming.next().await.unwrap();
        let mut out = Whole(Vec::new());
        respond::<PaymentsApi, _, _>(&bank(), &request.bytes, None, None, &mut out).await.unwrap();
        let Answer::One(responder) = request.answer else { panic!("one answer is due") };
        responder.answer(change(&out.0).into()).await.unwrap();
    };
    let asking = shop.send(ChargeCard { cents: 4, note: String::new() });
    tokio::join!(asking, answering).0
}

/// The same with another envelope around it.
async fn with(change: impl FnOnce(&mut Envelope<'_>)) -> Result<u64, Error<CardError>> {
    answered(|bytes| {
        let mut envelope = Envelope::decode(bytes).unwrap();
        change(&mut envelope);
        let mut changed = Vec::new();
        envelope.encode(&mut changed).unwrap();
        changed
    })
    .await
}

fn is_refused(outcome: Result<u64, Error<CardError>>, code: &str) {
    let error = outcome.unwrap_err();
    assert!(matches!(error, Error::Transport(_)), "{error:?}");
    assert_eq!((error.code(), error.class()), (code, Class::Unknown), "{error:?}");
}

#[tokio::test]
async fn the_right_one_is_taken() {
    assert_eq!(with(|_| {}).await, Ok(8));
}

#[tokio::test]
async fn one_of_another_message_is_refused() {
    is_refused(with(|answer| answer.key = WireKey::of("Receipt")).await, "catga.wire.wrong_answer");
    is_refused(with(|answer| answer.key = WireKey::of("Nobody")).await, "catga.wire.wrong_answer");
    is_refused(with(|answer| answer.version = 2).await, "catga.wire.wrong_answer");
    is_refused(with(|answer| answer.id = Id::new(answer.id.get() ^ 1)).await, "catga.wire.wrong_answer");
}

#[tokio::test]
async fn one_of_another_kind_is_refused() {
    for kind in [Kind::Command, Kind::Query, Kind::Event, Kind::Stream] {
        is_refused(with(|answer| answer.kind = kind).await, "catga.wire.wrong_kind");
    }
    is_refused(with(|answer| answer.kind = Kind::End).await, "catga.wire.wrong_answer");
}

#[tokio::test]
async fn one_in_another_format_is_refused() {
    is_refused(with(|answer| answer.codec = CodecId(77)).await, "catga.wire.wrong_codec");
    is_refused(with(|answer| answer.compression = CompressionId(77)).await, "catga.wire.wrong_compression");
}

#[tokio::test]
async fn one_that_does_not_decode_is_refused() {
    // A text where a number was meant, and a number that is cut off, or longer than it should be.
    let text = Postcard::to_vec(&Some("one")).unwrap();
    for body in [&text[..], &[], &[0x80], &[8, 8]] {
        let outcome = answered(|bytes| {
            let mut envelope = Envelope::decode(bytes).unwrap();
            envelope.body = body;
            let mut changed = Vec::new();
            envelope.encode(&mut changed).unwrap();
            changed
        });
        is_refused(outcome.await, "catga.wire.undecodable");
    }
    // And an error that is none.
    is_refused(with(|answer| answer.kind = Kind::Failure).await, "catga.wire.undecodable");
}

#[tokio::test]
async fn what_is_no_envelope_is_refused() {
    is_refused(answered(|_| Vec::new()).await, "catga.wire.envelope");
    is_refused(answered(|_| b"no envelope at all".to_vec()).await, "catga.wire.envelope");
    is_refused(answered(|bytes| bytes[..20].to_vec()).await, "catga.wire.envelope");
}
