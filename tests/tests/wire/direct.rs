//! Bytes into a mediator and out of it, without a transport.

use catga::codec::{Codec, CodecId, DecodeError, Encode, Postcard};
use catga::contract::Contract;
use catga::envelope::{CompressionId, Envelope, Kind, WireKey};
use catga::id::Id;
use catga::prelude::*;
use catga::wire::{Rejected, Serves, Whole, WireError, receive, respond};
use serde::{Deserialize, Serialize};

use crate::contracts::{CardExpired, ChargeCard, Charges, PaymentsApi, bank};

fn enveloped<T: Serialize>(kind: Kind, name: &str, body: &T) -> Vec<u8> {
    let mut bytes = Vec::new();
    let envelope = Envelope::new(kind, Id::new(7), WireKey::of(name), Postcard::ID);
    envelope.encode_head(&mut bytes).unwrap();
    Postcard::encode(body, &mut bytes).unwrap();
    bytes
}

async fn answered(bytes: &[u8]) -> (Result<(), WireError>, Vec<u8>) {
    let mut out = Whole(Vec::new());
    let answered = respond::<PaymentsApi, _, _>(&bank(), bytes, None, None, &mut out).await;
    (
        answered.map_err(|Rejected { error, bytes: kept }| {
            assert_eq!(kept, bytes, "nothing is lost");
            error
        }),
        out.0,
    )
}

#[tokio::test]
async fn a_request_is_answered() {
    let (outcome, answer) =
        answered(&enveloped(Kind::Command, "ChargeCard", &ChargeCard { cents: 4, note: "x".into() })).await;
    assert_eq!(outcome, Ok(()));
    let answer = Envelope::decode(&answer).unwrap();
    assert_eq!((answer.kind, answer.id, answer.key), (Kind::Reply, Id::new(7), WireKey::of("ChargeCard")));
    assert_eq!(answer.body, [8]);
}
