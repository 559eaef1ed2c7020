//! Two releases of one contract of which the later has changed the order of fields and says no new version, in a format that
//! writes no names, and without a word about a schema: typed errors both ways, and nobody acts on a wrong number.

use std::sync::atomic::{AtomicU32, Ordering::SeqCst};

use catga::Remote;
use catga::codec::{CodecId, Decode as _, Encode as _, Postcard};
use catga::contract::Contract as _;
use catga::envelope::{Envelope, Fingerprint};
use catga::error::Classify;
use catga::prelude::*;
use catga::transport::memory::Memory;
use catga::transport::{Delivers as _, Delivery as _, Endpoint, Subscription as _};
use catga::wire::{WireError, receive};
use futures_util::stream::{self, Stream, StreamExt as _};
use serde::{Deserialize, Serialize};

/// What a release's handlers have seen.
#[derive(Default)]
struct Seen(AtomicU32);

impl Seen {
    fn times(&self) -> u32 {
        self.0.load(SeqCst)
    }
}

macro_rules! release {
    ($release:ident {
        quote { $($quote:tt)* } price { $($price:tt)* } refusal { $($refusal:tt)* } row { $($row:tt)* } told { $($told:tt)* }
    }) => {
        mod $release {
            use super::*;

            #[command(reply = u16)]
            #[derive(Debug, PartialEq, Serialize, Deserialize)]
            pub struct Quote { $($quote)* }

            #[derive(Debug, PartialEq, Serialize, Deserialize)]
            pub struct Price { $($price)* }

            #[query(reply = Price)]
            #[derive(Serialize, Deserialize)]
            pub struct Ask;

            #[derive(Debug, PartialEq, Serialize, Deserialize, Classify)]
            pub enum Refusal { $($refusal)* }

            impl std::fmt::Display for Refusal {
                fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    std::fmt::Debug::fmt(self, f)
                }
            }

            impl std::error::Error for Refusal {}

            #[command(reply = u16, error = Refusal)]
            #[derive(Serialize, Deserialize)]
            pub struct Enter;

            #[derive(Debug, PartialEq, Serialize, Deserialize)]
            pub struct Row { $($row)* }

            #[query(stream = Row)]
            #[derive(Serialize, Deserialize)]
            pub struct List;

            #[event]
            #[derive(Serialize, Deserialize)]
            pub struct Told { $($told)* }

            #[contract(endpoint = "desk")]
            pub(crate) struct Api(Quote, Ask, Enter, #[stream] List, #[event] Told);

            pub(crate) struct Desk(pub(crate) Seen);

            #[handler]
            impl Desk {
                fn quote(&self, quote: Quote) -> u16 {
                    self.0.0.fetch_add(1, SeqCst);
                    quote.amount
                }

                fn ask(&self, _: Ask) -> Price {
                    self.0.0.fetch_add(1, SeqCst);
                    Price { cents: 3, rebate: 1 }
                }

                fn enter(&self, _: Enter) -> Result<u16, Refusal> {
                    self.0.0.fetch_add(1, SeqCst);
                    Err(Refusal::Busy)
                }

                fn list(&self, _: List) -> impl Stream<Item = Row> {
                    self.0.0.fetch_add(1, SeqCst);
                    stream::iter([Row { at: 3, of: 1 }])
                }

                fn on_told(&self, told: &Told) {
                    assert_eq!((told.at, told.of), (3, 1));
                    self.0.0.fetch_add(1, SeqCst);
                }
            }

            #[mediator(serves(Api))]
            pub(crate) struct There {
                pub(crate) desk: Desk,
            }

            #[mediator]
            pub(crate) struct Here {
                pub(crate) desk: Remote<Memory, Api>,
            }
        }
    };
}

release!(first {
    quote { pub amount: u16, pub rebate: u16 }
    price { pub cents: u16, pub rebate: u16 }
    refusal { Busy, Closed }
    row { pub at: u16, pub of: u16 }
    told { pub at: u16, pub of: u16 }
});

release!(later {
    quote { pub rebate: u16, pub amount: u16 }
    price { pub rebate: u16, pub cents: u16 }
    refusal { Closed, Busy }
    row { pub of: u16, pub at: u16 }
    told { pub of: u16, pub at: u16 }
});

const WRONG: (&str, Class) = ("catga.wire.wrong_schema", Class::Permanent);

fn of<E: Classify>(error: E) -> (&'static str, Class) {
    (error.code(), error.class())
}

/// Asks the server of one release from the caller of another, and says what came of it and how often a handler ran.
macro_rules! asked {
    ($here:ident from $there:ident: $message:expr) => {{
        let (wire, stop) = (Memory::default(), Cancel::new());
        let (server, there) = (Server::new(wire.clone()), $there::There { desk: $there::Desk(Seen::default()) });
        let here = $here::Here { desk: Remote::new(wire) };
        let (served, answer) = tokio::join!(server.serve::<$there::Api, _>(&there, &stop), async {
            let answer = here.send($message).await;
            stop.cancel();
            answer
        });
        let handled = there.desk.0.times();
        assert_eq!(served.unwrap().rejected, u64::from(handled == 0));
        (answer, handled)
    }};
}

/// The first row, or why there is none.
macro_rules! listed {
    ($here:ident from $there:ident) => {{
        let (wire, stop) = (Memory::default(), Cancel::new());
        let (server, there) = (Server::new(wire.clone()), $there::There { desk: $there::Desk(Seen::default()) });
        let here = $here::Here { desk: Remote::new(wire) };
        let (_, row) = tokio::join!(server.serve::<$there::Api, _>(&there, &stop), async {
            let row = std::pin::pin!(here.stream($here::List)).next().await.expect("a row, or why not");
            stop.cancel();
            row
        });
        (row, there.desk.0.times())
    }};
}

/// Publishes with one release, and takes it in with another.
macro_rules! told {
    ($here:ident to $there:ident) => {{
        let wire = Memory::default();
        let here = $here::Here { desk: Remote::new(wire.clone()) };
        let mut heard = wire.subscribe(Endpoint::new("desk"), "there").await.unwrap();
        here.publish($here::Told { at: 3, of: 1 }).await.unwrap();
        let delivery = heard.next().await.unwrap().unwrap();
        let there = $there::There { desk: $there::Desk(Seen::default()) };
        let bytes = delivery.parcel().bytes.clone();
        let received = receive::<$there::Api, _>(&there, &bytes, None, None).await;
        let received = received.map_err(|rejected| {
            assert_eq!(rejected.bytes, &bytes[..], "with what came");
            of(rejected.error)
        });
        (received.map(|done| done.map_err(of)), there.desk.0.times())
    }};
}

#[test]
fn postcard_itself_reads_them_silently() {
    let bytes = Postcard::to_vec(&first::Quote { amount: 3, rebate: 1 }).unwrap();
    let read: Result<later::Quote, _> = Postcard::decode(&bytes);
    assert_eq!(read, Ok(later::Quote { rebate: 3, amount: 1 }), "which is wrong, and no error");
}

#[tokio::test]
async fn one_release_understands_itself() {
    assert_eq!(asked!(first from first: first::Quote { amount: 3, rebate: 1 }), (Ok(3), 1));
    assert_eq!(asked!(later from later: later::Quote { amount: 3, rebate: 1 }), (Ok(3), 1));
    assert_eq!(asked!(first from first: first::Ask), (Ok(first::Price { cents: 3, rebate: 1 }), 1));
    assert_eq!(asked!(first from first: first::Enter), (Err(Error::Handler(first::Refusal::Busy)), 1));
    assert_eq!(listed!(first from first), (Ok(first::Row { at: 3, of: 1 }), 1));
    assert_eq!(told!(first to first), (Ok(Ok(())), 1));
}

#[tokio::test]
async fn a_message_whose_fields_have_changed_places_is_refused() {
    let (answer, handled) = asked!(first from later: first::Quote { amount: 3, rebate: 1 });
    assert_eq!((answer.map_err(of), handled), (Err(WRONG), 0));
    let (answer, handled) = asked!(later from first: later::Quote { amount: 3, rebate: 1 });
    assert_eq!((answer.map_err(of), handled), (Err(WRONG), 0));
}

#[tokio::test]
async fn so_is_one_whose_reply_has_changed_and_before_it_is_handled() {
    let (answer, handled) = asked!(first from later: first::Ask);
    assert_eq!((answer.map_err(of), handled), (Err(WRONG), 0));
    let (answer, handled) = asked!(later from first: later::Ask);
    assert_eq!((answer.map_err(of), handled), (Err(WRONG), 0));
}

#[tokio::test]
async fn so_is_one_whose_error_has_changed() {
    let (answer, handled) = asked!(first from later: first::Enter);
    assert_eq!((answer.map_err(of), handled), (Err(WRONG), 0));
    let (answer, handled) = asked!(later from first: later::Enter);
    assert_eq!((answer.map_err(of), handled), (Err(WRONG), 0));
}

#[tokio::test]
async fn so_is_one_whose_rows_have_changed() {
    let (row, handled) = listed!(first from later);
    assert_eq!((row.map_err(of), handled), (Err(WRONG), 0));
    let (row, handled) = listed!(later from first);
    assert_eq!((row.map_err(of), handled), (Err(WRONG), 0));
}

#[tokio::test]
async fn so_is_an_event() {
    assert_eq!(told!(first to later), (Err(WRONG), 0));
    assert_eq!(told!(later to first), (Err(WRONG), 0));
}

/// A message as a release's caller writes it.
macro_rules! written {
    ($release:ident: $message:expr) => {{
        let wire = Memory::default();
        let here = $release::Here { desk: Remote::new(wire.clone()) };
        let mut heard = wire.subscribe(Endpoint::new("desk"), "there").await.unwrap();
        here.publish($message).await.unwrap();
        heard.next().await.unwrap().unwrap().parcel().bytes.clone()
    }};
}

#[tokio::test]
async fn the_error_says_what_it_is_about_and_what_to_do() {
    let bytes = written!(first: first::Told { at: 3, of: 1 });
    let there = later::There { desk: later::Desk(Seen::default()) };
    let rejected = receive::<later::Api, _>(&there, &bytes, None, None).await.unwrap_err();
    let WireError::WrongSchema { message: "Told", found, served } = rejected.error else { panic!("{rejected}") };
    assert!(found != served && !found.is_unknown() && !served.is_unknown());
    let text = rejected.to_string();
    assert!(text.contains("`Told` is made of other fields there") && text.contains("raise its version"), "{text}");
}

#[tokio::test]
async fn who_says_nothing_is_not_compared() {
    // Another implementation of the envelope, say.
    let bytes = written!(first: first::Told { at: 3, of: 1 });
    let mut envelope = Envelope::decode(&bytes).unwrap();
    envelope.schema = Fingerprint::UNKNOWN;
    let mut silent = Vec::new();
    envelope.encode(&mut silent).unwrap();
    let there = first::There { desk: first::Desk(Seen::default()) };
    let received = receive::<first::Api, _>(&there, &silent, None, None).await;
    assert!(matches!(received, Ok(Ok(()))), "{received:?}");
    assert_eq!(first::Api::MEMBERS[0].codec, CodecId(1), "it is Postcard all along");
}
