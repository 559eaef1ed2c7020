//! Two programs whose messages are made of different fields.

use catga::Remote;
use catga::codec::{Encode as _, Json, Postcard};
use catga::contract::Contract;
use catga::envelope::{Envelope, Fingerprint, Kind};
use catga::error::Classify as _;
use catga::prelude::*;
use catga::transport::memory::Memory;
use catga::transport::{Answer, Endpoint, Incoming as _, Listens as _, Responder as _};
use postcard_schema::Schema;
use serde::{Deserialize, Serialize};

/// One age of both programs.
macro_rules! age {
    ($age:ident { $($fields:tt)* } ($($options:tt)*) $($more:ident)?) => {
        mod $age {
            use super::*;

            #[command(reply = u32 $($options)*)]
            #[derive(Debug, PartialEq, Serialize, Deserialize, Schema)]
            pub struct Quote { $($fields)* }

            #[contract(endpoint = "quotes" $(, $more)?)]
            pub(crate) struct Quotes(Quote);

            pub(crate) struct Desk;

            #[handler]
            impl Desk {
                fn quote(&self, quote: Quote) -> u32 {
                    u32::from(quote.amount)
                }
            }

            #[mediator(serves(Quotes))]
            pub(crate) struct There {
                pub(crate) desk: Desk,
            }

            #[mediator]
            pub(crate) struct Here {
                pub(crate) quotes: Remote<Memory, Quotes>,
            }
        }
    };
}

age!(old { pub amount: u16, pub rebate: u16 } () schema);
age!(swapped { pub rebate: u16, pub amount: u16 } () schema);
age!(plain { pub amount: u16, pub rebate: u16 } ());
age!(swapped_plain { pub rebate: u16, pub amount: u16 } ());
age!(old_json { pub amount: u16, pub rebate: u16 } (, codec = Json) schema);
age!(swapped_json { pub rebate: u16, pub amount: u16 } (, codec = Json) schema);

/// What the caller of one age gets from the server of another.
macro_rules! quoted {
    ($here:ident from $there:ident) => {{
        let (wire, stop) = (Memory::default(), Cancel::new());
        let (server, there) = (Server::new(wire.clone()), $there::There { desk: $there::Desk });
        let here = $here::Here { quotes: Remote::new(wire) };
        let (_, answer) = tokio::join!(server.serve::<$there::Quotes, _>(&there, &stop), async {
            let answer = here.send($here::Quote { amount: 3, rebate: 1 }).await;
            stop.cancel();
            answer.map_err(|error| (error.code(), error.class()))
        });
        answer
    }};
}

#[tokio::test]
async fn reordered_fields_are_refused_where_postcard_would_read_them_silently() {
    let bytes = Postcard::to_vec(&old::Quote { amount: 3, rebate: 1 }).unwrap();
    let read = <Postcard as catga::codec::Decode<'_, swapped::Quote>>::decode(&bytes);
    assert_eq!(read, Ok(swapped::Quote { rebate: 3, amount: 1 }), "which is wrong, and no error");

    assert_eq!(quoted!(old from old), Ok(3));
    assert_eq!(quoted!(old from swapped), Err(("catga.wire.wrong_schema", Class::Permanent)));
    assert_eq!(quoted!(swapped from old), Err(("catga.wire.wrong_schema", Class::Permanent)));
}

#[tokio::test]
async fn a_contract_that_says_schema_and_one_that_does_not_understand_each_other() {
    assert_eq!(quoted!(old from plain), Ok(3));
    assert_eq!(quoted!(plain from old), Ok(3));
}

#[tokio::test]
async fn reordered_fields_are_refused_whoever_says_schema() {
    let wrong = Err(("catga.wire.wrong_schema", Class::Permanent));
    assert_eq!(quoted!(plain from swapped_plain), wrong);
    assert_eq!(quoted!(swapped_plain from plain), wrong);
    assert_eq!(quoted!(old from swapped_plain), wrong);
    assert_eq!(quoted!(swapped_plain from old), wrong);
}

#[tokio::test]
async fn formats_with_names_are_not_compared() {
    assert_ne!(old_json::Quotes::MEMBERS[0].schema, swapped_json::Quotes::MEMBERS[0].schema);
    assert_eq!(quoted!(old_json from swapped_json), Ok(3));
    assert_eq!(quoted!(swapped_json from old_json), Ok(3));
}

/// Answers one request of `old` with an envelope that says this of its schema, made of what the request says.
async fn answered(
    kind: Kind,
    schema: impl Fn(Fingerprint) -> Fingerprint,
    body: &[u8],
) -> Result<u32, (&'static str, Class)> {
    let wire = Memory::default();
    let mut incoming = wire.listen(Endpoint::new("quotes")).await.unwrap();
    let here = old::Here { quotes: Remote::new(wire.clone()) };
    let (answer, ()) = tokio::join!(here.send(old::Quote { amount: 3, rebate: 1 }), async {
        let request = incoming.next().await.unwrap();
        let asked = Envelope::decode(&request.bytes).unwrap();
        let mut head = Envelope::new(kind, asked.id, asked.key, asked.codec);
        (head.version, head.schema) = (asked.version, schema(asked.schema));
        let mut bytes = Vec::new();
        head.encode_head(&mut bytes).unwrap();
        bytes.extend_from_slice(body);
        let Answer::One(responder) = request.answer else { panic!("one answer") };
        responder.answer(bytes.into()).await.unwrap();
    });
    answer.map_err(|error| (error.code(), error.class()))
}

#[tokio::test]
async fn a_reply_of_another_shape_is_refused() {
    let mut body = Vec::new();
    Postcard::encode(&7_u32, &mut body).unwrap();
    let theirs = |ours: Fingerprint| {
        assert!(!ours.is_unknown(), "a request says what it is made of");
        Fingerprint(ours.0 ^ 2)
    };
    assert_eq!(answered(Kind::Reply, |ours| ours, &body).await, Ok(7));
    assert_eq!(answered(Kind::Reply, |_| Fingerprint::UNKNOWN, &body).await, Ok(7));
    let wrong = Err(("catga.wire.wrong_schema", Class::Unknown));
    assert_eq!(answered(Kind::Reply, theirs, &body).await, wrong, "it ran, so it is not known how it went");
    // A failure of the handler's own is made of what the contract says too.
    assert_eq!(answered(Kind::Failure, theirs, &[1, 0]).await, wrong);
}

/// The version before, and two that say they are read from it.
mod versions {
    use super::*;

    #[command(version = 2, reply = u32, upcasts = super::old::Quote)]
    #[derive(Serialize, Deserialize, Schema)]
    pub struct Quote {
        pub amount: u64,
    }

    impl From<super::old::Quote> for Quote {
        fn from(old: super::old::Quote) -> Self {
            Self { amount: old.amount.into() }
        }
    }

    #[contract(endpoint = "quotes", schema)]
    pub(crate) struct Quotes(Quote);

    pub(crate) struct Desk;

    #[handler]
    impl Desk {
        fn quote(&self, quote: Quote) -> u32 {
            u32::try_from(quote.amount).unwrap() * 100
        }
    }

    #[mediator(serves(Quotes))]
    pub(crate) struct There {
        pub(crate) desk: Desk,
    }
}

#[tokio::test]
async fn a_version_before_is_compared_with_its_own_number() {
    assert_eq!(quoted!(old from versions), Ok(300));
    assert_eq!(quoted!(swapped from versions), Err(("catga.wire.wrong_schema", Class::Permanent)));
    assert_eq!(quoted!(plain from versions), Ok(300));
    assert_eq!(quoted!(swapped_plain from versions), Err(("catga.wire.wrong_schema", Class::Permanent)));
}

#[test]
fn an_old_caller_is_told_the_number_of_its_version() {
    let old = old::Quotes::MEMBERS[0].schema;
    let shape = versions::Quotes::MEMBERS[0].shape.unwrap();
    assert_eq!(shape.of(1).map(|shape| shape.fingerprint), Some(old));
}
