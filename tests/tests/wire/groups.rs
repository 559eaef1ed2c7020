//! A contract of more messages than one async block chooses from.

use catga::codec::{Codec as _, Encode as _, Postcard};
use catga::envelope::{Envelope, Kind, WireKey};
use catga::id::Id;
use catga::prelude::*;
use catga::wire::{Answering, Arrived, Serves, Whole, WireError};
use serde::{Deserialize, Serialize};

macro_rules! many {
    ($($message:ident $method:ident $at:literal)*) => {
        $(
            #[command(reply = u64)]
            #[derive(Serialize, Deserialize)]
            struct $message(u64);
        )*

        struct Sums;

        #[handler]
        impl Sums {
            $(
                async fn $method(&self, command: $message) -> u64 {
                    tokio::task::yield_now().await;
                    command.0 * 100 + $at
                }
            )*
        }

        #[contract]
        struct Many($($message),*);

        const NAMES: &[&str] = &[$(stringify!($message)),*];
    };
}

many! {
    M0 m0 0 M1 m1 1 M2 m2 2 M3 m3 3 M4 m4 4 M5 m5 5 M6 m6 6 M7 m7 7 M8 m8 8 M9 m9 9
    M10 m10 10 M11 m11 11 M12 m12 12 M13 m13 13 M14 m14 14 M15 m15 15 M16 m16 16 M17 m17 17 M18 m18 18 M19 m19 19
    M20 m20 20 M21 m21 21 M22 m22 22 M23 m23 23 M24 m24 24 M25 m25 25 M26 m26 26 M27 m27 27 M28 m28 28 M29 m29 29
    M30 m30 30 M31 m31 31 M32 m32 32 M33 m33 33 M34 m34 34
}

#[mediator]
struct Desk {
    sums: Sums,
}

/// What is answered, to the message with this number in the contract.
async fn answer(at: usize, name: &str) -> Result<u64, WireError> {
    let body = Postcard::to_vec(&7_u64).unwrap();
    let mut envelope = Envelope::new(Kind::Command, Id::new(1), WireKey::of(name), Postcard::ID);
    envelope.body = &body;
    let (app, mut out) = (Desk { sums: Sums }, Whole(Vec::new()));
    let arrived = Arrived::new(&envelope);
    <Many as Serves<Desk>>::dispatch(&app, at, &arrived, Answering(&mut out)).await.map_err(|error| *error)?;
    let reply = Envelope::decode(&out.0).unwrap();
    assert_eq!((reply.kind, reply.key), (Kind::Reply, WireKey::of(name)));
    Ok(<Postcard as catga::codec::Decode<u64>>::decode(reply.body).unwrap())
}

#[tokio::test]
async fn each_message_of_each_group_is_found_and_answered() {
    for (number, name) in NAMES.iter().enumerate() {
        let at = <Many as Serves<Desk>>::find(WireKey::of(name), 1).unwrap();
        assert_eq!(at, number);
        assert_eq!(answer(at, name).await, Ok(700 + number as u64));
    }
}

#[tokio::test]
async fn a_number_in_no_group_or_behind_the_last_is_no_message() {
    for at in [NAMES.len(), 63, 64, 1_024, usize::MAX] {
        assert_eq!(answer(at, "M0").await, Err(WireError::UnknownMessage { key: WireKey::of("M0") }));
    }
}
