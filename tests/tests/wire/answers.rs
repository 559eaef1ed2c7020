//! What comes back and is not the answer that was asked for: a typed error, and nobody knows what was done.

use catga::Remote;
use catga::codec::{CodecId, Encode, Postcard};
use catga::envelope::{CompressionId, Envelope, Kind, WireKey};
use catga::error::{Class, Classify as _};
use catga::id::Id;
use catga::prelude::*;
use catga::remote::UnreadAnswer;
use catga::transport::memory::Memory;
use catga::transport::{Answer, Endpoint, Incoming as _, Listens as _, Responder as _};
use catga::wire::{Whole, WireError, respond};

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
    // Nor is another's failure, or the end of another's rows, one's own.
    for kind in [Kind::Failure, Kind::End] {
        let others = with(|answer| (answer.kind, answer.id) = (kind, Id::new(answer.id.get() ^ 1)));
        is_refused(others.await, "catga.wire.wrong_answer");
        is_refused(
            with(|answer| (answer.kind, answer.key) = (kind, WireKey::of("Receipt"))).await,
            "catga.wire.wrong_answer",
        );
    }
}

#[tokio::test]
async fn who_could_not_read_the_request_says_so_of_none() {
    let mut refused = Whole(Vec::new());
    respond::<PaymentsApi, _, _>(&bank(), b"no envelope", None, None, &mut refused).await.unwrap_err();
    let error = answered(|_| refused.0).await.unwrap_err();
    assert_eq!((error.code(), error.class()), ("catga.wire.envelope", Class::Permanent));
}

#[tokio::test]
async fn one_of_another_kind_is_refused() {
    for kind in [Kind::Command, Kind::Query, Kind::Event, Kind::Stream, Kind::Item] {
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

/// What the error says of the answer that was not read.
fn unread(outcome: Result<u64, Error<CardError>>) -> UnreadAnswer {
    let Err(Error::Transport(failure)) = outcome else { panic!("{outcome:?}") };
    let source = std::error::Error::source(&failure).unwrap();
    source.downcast_ref::<UnreadAnswer>().unwrap().clone()
}

#[tokio::test]
async fn one_that_is_refused_is_there_with_its_bytes() {
    let mut came = Vec::new();
    let outcome = answered(|bytes| {
        let mut envelope = Envelope::decode(bytes).unwrap();
        envelope.body = &[8, 8];
        envelope.encode(&mut came).unwrap();
        came.clone()
    });
    let found = unread(outcome.await);
    assert!(matches!(found.error, WireError::Undecodable { .. }), "{found:?}");
    assert_eq!((&*found.bytes, found.len), (&came[..], came.len()));
    assert!(!format!("{found:?}").contains("8, 8"), "bytes are for who asks for them: {found:?}");

    assert_eq!(*unread(answered(|_| vec![77, 1, 2]).await).bytes, [77, 1, 2]);
    let ended = unread(with(|answer| answer.kind = Kind::End).await);
    assert_eq!(Envelope::decode(&ended.bytes).unwrap().kind, Kind::End);
    let failed = unread(with(|answer| answer.kind = Kind::Failure).await);
    assert_eq!(Envelope::decode(&failed.bytes).unwrap().kind, Kind::Failure);
}

#[tokio::test]
async fn of_a_large_one_the_first_bytes_are_kept() {
    let large = UnreadAnswer::KEPT + 7;
    let found = unread(answered(move |_| (0..large).map(|at| at as u8 | 1).collect()).await);
    assert_eq!((found.bytes.len(), found.len), (UnreadAnswer::KEPT, large));
    assert!(found.bytes.iter().enumerate().all(|(at, byte)| *byte == at as u8 | 1));
}

#[tokio::test]
async fn what_is_no_envelope_is_refused() {
    is_refused(answered(|_| Vec::new()).await, "catga.wire.envelope");
    is_refused(answered(|_| b"no envelope at all".to_vec()).await, "catga.wire.envelope");
    is_refused(answered(|bytes| bytes[..20].to_vec()).await, "catga.wire.envelope");
}
