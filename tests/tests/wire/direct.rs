//! Bytes into a mediator and out of it, without a transport.

use std::sync::atomic::Ordering::Relaxed;

use catga::codec::{Codec, CodecId, DecodeError, Encode, Postcard};
use catga::contract::Contract;
use catga::envelope::{CompressionId, Envelope, EnvelopeError, Kind, WireKey};
use catga::error::{Class, Classify as _};
use catga::id::Id;
use catga::wire::{Rejected, Serves, Whole, WireError, receive, respond};
use serde::Serialize;

use crate::contracts::{Bank, CardExpired, ChargeCard, Charges, PaymentsApi, Receipt, bank};

fn head(kind: Kind, name: &str) -> Envelope<'static> {
    Envelope::new(kind, Id::new(7), WireKey::of(name), Postcard::ID)
}

fn bytes<T: Serialize>(envelope: &Envelope<'_>, body: &T) -> Vec<u8> {
    let mut bytes = Vec::new();
    envelope.encode_head(&mut bytes).unwrap();
    Postcard::encode(body, &mut bytes).unwrap();
    bytes
}

fn charge(cents: u64) -> ChargeCard {
    ChargeCard { cents, note: "x".into() }
}

async fn served<C: Serves<Bank>>(bytes: &[u8]) -> (Result<(), WireError>, Vec<u8>) {
    let mut out = Whole(Vec::new());
    let answered = respond::<C, _, _>(&bank(), bytes, None, None, &mut out).await;
    let answered = answered.map_err(|Rejected { error, bytes: kept }| {
        assert_eq!(kept, bytes, "nothing is lost");
        error
    });
    (answered, out.0)
}

async fn answered(bytes: &[u8]) -> (Result<(), WireError>, Vec<u8>) {
    served::<PaymentsApi>(bytes).await
}

/// What is refused, is refused in the answer too.
async fn refused(bytes: &[u8]) -> WireError {
    let (outcome, answer) = answered(bytes).await;
    let answer = Envelope::decode(&answer).unwrap();
    assert_eq!(answer.kind, Kind::Failure);
    let of_events = receive::<PaymentsApi, _>(&bank(), bytes, None, None).await;
    assert_eq!(of_events.unwrap_err().error, outcome.clone().unwrap_err());
    outcome.unwrap_err()
}

#[tokio::test]
async fn a_request_is_answered() {
    let (outcome, answer) = answered(&bytes(&head(Kind::Command, "ChargeCard"), &charge(4))).await;
    assert_eq!(outcome, Ok(()));
    let answer = Envelope::decode(&answer).unwrap();
    assert_eq!((answer.kind, answer.id, answer.key), (Kind::Reply, Id::new(7), WireKey::of("ChargeCard")));
    assert_eq!(answer.body, [8]);
}

#[tokio::test]
async fn all_of_a_mediator_is_a_contract() {
    let (outcome, answer) = served::<Bank>(&bytes(&head(Kind::Query, "Receipt"), &Receipt(1))).await;
    assert_eq!(outcome, Ok(()));
    assert_eq!(Envelope::decode(&answer).unwrap().body, b"\x01\x03one");
    let names: Vec<_> = <Bank as Contract>::MEMBERS.iter().map(|member| member.message.name).collect();
    assert_eq!(names, ["ChargeCard", "Receipt", "Charges", "CardExpired"]);
}

#[tokio::test]
async fn an_unknown_message_is_refused() {
    let error = refused(&bytes(&head(Kind::Command, "Lost"), &1_u8)).await;
    assert_eq!(error, WireError::UnknownMessage { key: WireKey::of("Lost") });
}

#[tokio::test]
async fn a_wrong_version_is_no_unknown_message() {
    let mut envelope = head(Kind::Command, "ChargeCard");
    envelope.version = 3;
    let error = refused(&bytes(&envelope, &charge(4))).await;
    assert_eq!(error, WireError::WrongVersion { message: "ChargeCard", found: 3, served: 1 });
}

#[tokio::test]
async fn a_message_of_another_kind_is_not_handled_as_this_one() {
    let error = refused(&bytes(&head(Kind::Event, "ChargeCard"), &charge(4))).await;
    assert_eq!(error, WireError::WrongKind { message: "ChargeCard", found: Kind::Event });
}

#[tokio::test]
async fn another_codec_or_compression_is_refused() {
    let mut envelope = head(Kind::Command, "ChargeCard");
    envelope.codec = CodecId(99);
    let error = refused(&bytes(&envelope, &charge(4))).await;
    assert_eq!(error, WireError::WrongCodec { message: "ChargeCard", found: CodecId(99), served: "postcard" });
    let mut envelope = head(Kind::Command, "ChargeCard");
    envelope.compression = CompressionId(99);
    let error = refused(&bytes(&envelope, &charge(4))).await;
    assert_eq!(error, WireError::WrongCompression { message: "ChargeCard", found: CompressionId(99) });
}

#[tokio::test]
async fn undecodable_and_trailing_bytes_are_refused() {
    let whole = bytes(&head(Kind::Command, "ChargeCard"), &charge(4));
    let error = refused(&whole[..whole.len() - 1]).await;
    assert_eq!(error, WireError::Undecodable { message: "ChargeCard", error: DecodeError::Truncated });
    let longer = [whole.as_slice(), b"!"].concat();
    let error = refused(&longer).await;
    assert_eq!(error, WireError::Undecodable { message: "ChargeCard", error: DecodeError::Trailing { bytes: 1 } });
}

#[tokio::test]
async fn what_is_no_envelope_is_refused() {
    assert!(matches!(refused(b"").await, WireError::Envelope(EnvelopeError::Truncated { .. })));
    assert!(matches!(refused(b"\xffnothing").await, WireError::Envelope(EnvelopeError::Format { found: 0xff })));
}

#[tokio::test]
async fn every_cut_of_a_request_is_answered() {
    let whole = bytes(&head(Kind::Command, "ChargeCard"), &charge(4));
    for end in 0..whole.len() {
        refused(&whole[..end]).await;
    }
}

#[tokio::test]
async fn an_event_waits_for_its_handlers_where_it_is_asked() {
    let (bank, mut out) = (bank(), Whole(Vec::new()));
    let event = bytes(&head(Kind::Event, "CardExpired"), &CardExpired { card: 3 });
    respond::<PaymentsApi, _, _>(&bank, &event, None, None, &mut out).await.unwrap();
    assert_eq!(Envelope::decode(&out.0).unwrap().kind, Kind::Reply);
    receive::<PaymentsApi, _>(&bank, &event, None, None).await.unwrap().unwrap();
    assert_eq!(bank.payments.expired.load(Relaxed), 6);
}

#[tokio::test]
async fn a_command_that_nobody_waits_for_tells_its_class() {
    let receive = |cents| async move {
        let bytes = bytes(&head(Kind::Command, "ChargeCard"), &charge(cents));
        receive::<PaymentsApi, _>(&bank(), &bytes, None, None).await.unwrap()
    };
    receive(4).await.unwrap();
    let failure = receive(667).await.unwrap_err();
    assert_eq!((failure.code(), failure.class()), ("card_error.busy", Class::Transient));
    // Through the pipeline, as every other.
    assert_eq!(receive(0).await.unwrap_err().code(), "catga.invalid");
}

#[tokio::test]
async fn rows_that_nobody_reads_are_refused() {
    let rows = bytes(&head(Kind::Stream, "Charges"), &Charges { up_to: 3 });
    let error = receive::<PaymentsApi, _>(&bank(), &rows, None, None).await.unwrap_err().error;
    assert_eq!(error, WireError::WrongKind { message: "Charges", found: Kind::Stream });
}
