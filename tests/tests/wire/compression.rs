//! Bodies that are compressed, where a message or its contract says so.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use bytes::Bytes;
use catga::Remote;
use catga::codec::compression::{Compression as _, CompressionError, Lz4, THRESHOLD, Uncompressed, Zstd};
use catga::codec::{Codec as _, CompressionId, Encode as _, Postcard};
use catga::delivery::{Consumer, DeadLetters, Letter};
use catga::envelope::{Envelope, Kind, WireKey};
use catga::error::{Class, Classify as _};
use catga::id::Id;
use catga::prelude::*;
use catga::transport::memory::Memory;
use catga::transport::{Answer, Endpoint, Incoming as _, Listens as _, Responder as _};
use catga::wire::{Serves, Whole, WireError, receive, respond};
use futures_util::stream::{self, Stream, StreamExt as _};
use serde::{Deserialize, Serialize};

#[derive(Debug, PartialEq, Serialize, Deserialize, Classify)]
pub struct Jam {
    pub page: String,
}

impl std::fmt::Display for Jam {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} letters", self.page.len())
    }
}

impl std::error::Error for Jam {}

/// Says it itself.
#[command(reply = String, error = Jam, compress = Zstd)]
#[derive(Debug, Serialize, Deserialize)]
pub struct Print(pub String);

/// Leaves it to the contract.
#[query(reply = String)]
#[derive(Debug, Serialize, Deserialize)]
pub struct Copies(pub String);

/// Wants none.
#[query(reply = String, compress = Uncompressed)]
#[derive(Debug, Serialize, Deserialize)]
pub struct Echo(pub String);

#[query(stream = String, compress = Zstd)]
#[derive(Debug, Serialize, Deserialize)]
pub struct Pages(pub String);

#[event(compress = Lz4)]
#[derive(Debug, Serialize, Deserialize)]
pub struct Printed(pub String);

#[contract(compress = Lz4)]
pub struct Papers(Print, Copies, Echo, #[stream] Pages, #[event] Printed);

#[derive(Default)]
pub struct Press {
    heard: AtomicUsize,
}

#[handler]
impl Press {
    fn print(&self, command: Print) -> Result<String, Jam> {
        if command.0.starts_with("jam") { Err(Jam { page: command.0 }) } else { Ok(command.0) }
    }

    fn copies(&self, query: Copies) -> String {
        query.0
    }

    fn echo(&self, query: Echo) -> String {
        query.0
    }

    fn pages(&self, query: Pages) -> impl Stream<Item = String> {
        stream::iter((0..3).map(move |_| query.0.clone()))
    }

    fn printed(&self, event: &Printed) {
        self.heard.fetch_add(event.0.len(), Relaxed);
    }
}

#[mediator(serves, compress = Zstd)]
#[derive(Default)]
pub struct Shop {
    press: Press,
}

#[mediator]
pub struct Desk {
    papers: Remote<Memory, Papers>,
}

fn long(begin: &str) -> String {
    begin.to_owned() + &"the same again, ".repeat(200)
}

fn head(kind: Kind, name: &str) -> Envelope<'static> {
    Envelope::new(kind, Id::new(7), WireKey::of(name), Postcard::ID)
}

fn with<'a>(mut envelope: Envelope<'a>, compression: CompressionId, body: &'a [u8]) -> Envelope<'a> {
    (envelope.compression, envelope.body) = (compression, body);
    envelope
}

fn bytes(envelope: &Envelope<'_>) -> Vec<u8> {
    let mut bytes = Vec::new();
    envelope.encode(&mut bytes).unwrap();
    bytes
}

/// The answer to a body, as bytes.
async fn answered<C: Serves<Shop>>(envelope: Envelope<'_>) -> (Result<(), WireError>, Vec<u8>) {
    let (request, mut out) = (bytes(&envelope), Whole(Vec::new()));
    let answered = respond::<C, _, _>(&Shop::default(), &request, None, None, &mut out).await;
    (answered.map_err(|rejected| rejected.error), out.0)
}

/// How the answer to a text of this message is compressed.
async fn compression_of<C: Serves<Shop>>(kind: Kind, name: &str, text: &str) -> CompressionId {
    let body = Postcard::to_vec(text).unwrap();
    let (outcome, answer) = answered::<C>(with(head(kind, name), CompressionId::NONE, &body)).await;
    assert_eq!(outcome, Ok(()));
    let answer = Envelope::decode(&answer).unwrap();
    assert_eq!(answer.compression.is_none(), answer.body.len() >= body.len());
    answer.compression
}

#[tokio::test]
async fn an_answer_is_compressed_as_its_message_or_the_contract_says() {
    let text = long("");
    assert_eq!(compression_of::<Papers>(Kind::Command, "Print", &text).await, Zstd::ID);
    assert_eq!(compression_of::<Papers>(Kind::Query, "Copies", &text).await, Lz4::ID);
    assert_eq!(compression_of::<Papers>(Kind::Query, "Echo", &text).await, CompressionId::NONE);
    assert_eq!(compression_of::<Shop>(Kind::Query, "Copies", &text).await, Zstd::ID);
    assert_eq!(compression_of::<Shop>(Kind::Query, "Echo", &text).await, CompressionId::NONE);
}

#[tokio::test]
async fn what_is_small_or_gets_no_smaller_goes_as_it_is() {
    // With two bytes for its length it is one byte too small, and then as large as it takes.
    let small = "a".repeat(THRESHOLD - 3);
    assert_eq!(compression_of::<Papers>(Kind::Command, "Print", &small).await, CompressionId::NONE);
    assert_eq!(compression_of::<Papers>(Kind::Command, "Print", &(small + "a")).await, Zstd::ID);
    let mut state = 1_u64;
    let any = |_| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        char::from((state >> 57) as u8)
    };
    let noise: String = (0..4_000).map(any).collect();
    assert_eq!(compression_of::<Papers>(Kind::Query, "Copies", &noise).await, CompressionId::NONE);
}

#[tokio::test]
async fn a_remote_and_a_server_compress_whatever_the_kind() {
    let (wire, stop, shop) = (Memory::default(), Cancel::new(), Shop::default());
    let desk = Desk { papers: Remote::new(wire.clone()) };
    let server = Server::new(wire);
    let (served, ()) = tokio::join!(server.serve::<Papers, _>(&shop, &stop), async {
        for text in [long("a"), "short".to_owned(), String::new()] {
            assert_eq!(desk.send(Print(text.clone())).await, Ok(text.clone()));
            assert_eq!(desk.send(Copies(text.clone())).await, Ok(text.clone()));
            assert_eq!(desk.send(Echo(text.clone())).await, Ok(text.clone()));
            let rows: Vec<_> = desk.stream(Pages(text.clone())).collect().await;
            assert_eq!(rows, [Ok(text.clone()), Ok(text.clone()), Ok(text)]);
        }
        let page = long("jam");
        assert_eq!(desk.send(Print(page.clone())).await, Err(Error::Handler(Jam { page })));
        stop.cancel();
    });
    assert_eq!(served.unwrap().rejected, 0);
}

/// What a desk sends, and what it makes of this answer.
async fn asked(
    desk: &Desk,
    wire: &Memory,
    answer: impl Fn(&Envelope<'_>) -> Vec<u8>,
) -> (Bytes, Result<String, Error<Jam>>) {
    let mut incoming = wire.listen(Endpoint::new("Papers")).await.unwrap();
    let (bytes, outcome) = tokio::join!(
        async {
            let request = incoming.next().await.unwrap();
            let Answer::One(responder) = request.answer else { panic!("one answer is due") };
            let answer = answer(&Envelope::decode(&request.bytes).unwrap());
            responder.answer(answer.into()).await.unwrap();
            request.bytes
        },
        desk.send(Print(long(""))),
    );
    (bytes, outcome)
}

#[tokio::test]
async fn a_request_leaves_compressed_and_its_answer_may_come_in_another_way() {
    let wire = Memory::default();
    let desk = Desk { papers: Remote::new(wire.clone()) };
    let (request, outcome) = asked(&desk, &wire, |request| {
        let plain = Postcard::to_vec("by another compression").unwrap();
        let mut body = vec![0; Lz4::bound(plain.len())];
        let length = Lz4::default().compress(&plain, &mut body).unwrap();
        let reply = Envelope::new(Kind::Reply, request.id, request.key, request.codec);
        bytes(&with(reply, Lz4::ID, &body[..length]))
    })
    .await;
    assert_eq!(Envelope::decode(&request).unwrap().compression, Zstd::ID);
    assert!(request.len() < 200, "{} bytes", request.len());
    assert_eq!(outcome, Ok("by another compression".to_owned()));
}

/// A hundred megabytes of zeros, and few bytes.
fn bomb(compression: CompressionId) -> Vec<u8> {
    let zeros = vec![0; 100 << 20];
    let mut room = vec![0; Zstd::bound(zeros.len()).max(Lz4::bound(zeros.len()))];
    let length = match compression {
        Lz4::ID => Lz4::default().compress(&zeros, &mut room).unwrap(),
        _ => Zstd::default().compress(&zeros, &mut room).unwrap(),
    };
    room.truncate(length);
    room
}

fn large(message: &'static str, limit: usize) -> WireError {
    WireError::Unexpandable { message, error: CompressionError::Large { limit } }
}

#[tokio::test]
async fn a_bomb_is_refused_before_it_expands() {
    for compression in [Lz4::ID, Zstd::ID] {
        let body = bomb(compression);
        assert!(body.len() < 1 << 20);
        // Whatever the message says of its own compression.
        for (kind, name) in [(Kind::Command, "Print"), (Kind::Query, "Copies"), (Kind::Query, "Echo")] {
            let (outcome, answer) = answered::<Papers>(with(head(kind, name), compression, &body)).await;
            assert_eq!(outcome, Err(large(name_of(name), 16 << 20)));
            assert_eq!(Envelope::decode(&answer).unwrap().kind, Kind::Failure);
        }
        let event = bytes(&with(head(Kind::Event, "Printed"), compression, &body));
        let refused = receive::<Papers, _>(&Shop::default(), &event, None, None).await.unwrap_err();
        assert_eq!((refused.error, refused.bytes), (large("Printed", 16 << 20), &event[..]));
    }
}

fn name_of(name: &str) -> &'static str {
    ["Print", "Copies", "Echo"].into_iter().find(|known| *known == name).unwrap()
}

#[tokio::test]
async fn the_limits_are_those_that_are_set() {
    let text = long("");
    let (wire, stop, shop) = (Memory::default(), Cancel::new(), Shop::default());
    let desk = |limit| Desk { papers: Remote::new(wire.clone()).expands_to(limit) };
    let server = Server::new(wire.clone()).expands_to(text.len() + 2);
    let (served, ()) = tokio::join!(server.serve::<Papers, _>(&shop, &stop), async {
        assert_eq!(desk(text.len() + 2).send(Print(text.clone())).await, Ok(text.clone()));

        let refused = desk(1 << 20).send(Print(text.clone() + "a")).await.unwrap_err();
        assert_eq!((refused.class(), refused.code()), (Class::Permanent, "catga.wire.unexpandable"));

        // It ran, and its answer cannot be read.
        let unread = desk(text.len() + 1).send(Print(text.clone())).await.unwrap_err();
        assert_eq!((unread.class(), unread.code()), (Class::Unknown, "catga.wire.unexpandable"));
        stop.cancel();
    });
    let served = served.unwrap();
    assert_eq!((served.requests, served.rejected), (3, 1));
}

#[tokio::test]
async fn an_answer_that_is_a_bomb_is_an_error() {
    let wire = Memory::default();
    let desk = Desk { papers: Remote::new(wire.clone()) };
    let body = bomb(Lz4::ID);
    let (_, outcome) = asked(&desk, &wire, |request| {
        let reply = Envelope::new(Kind::Reply, request.id, request.key, request.codec);
        bytes(&with(reply, Lz4::ID, &body))
    })
    .await;
    let error = outcome.unwrap_err();
    assert_eq!((error.class(), error.code()), (Class::Unknown, "catga.wire.unexpandable"));
}

#[tokio::test]
async fn a_compression_that_is_not_known_here_is_a_typed_error() {
    let body = Postcard::to_vec("any").unwrap();
    let envelope = with(head(Kind::Command, "Print"), CompressionId(31), &body);
    let (outcome, answer) = answered::<Papers>(envelope).await;
    assert_eq!(outcome, Err(WireError::WrongCompression { message: "Print", found: CompressionId(31) }));
    assert_eq!(Envelope::decode(&answer).unwrap().kind, Kind::Failure);

    let wire = Memory::default();
    let desk = Desk { papers: Remote::new(wire.clone()) };
    let (_, outcome) = asked(&desk, &wire, |request| {
        let reply = Envelope::new(Kind::Reply, request.id, request.key, request.codec);
        bytes(&with(reply, CompressionId(31), b"?"))
    })
    .await;
    assert_eq!(outcome.unwrap_err().code(), "catga.wire.wrong_compression");
}

#[tokio::test]
async fn damaged_bytes_are_a_typed_error() {
    for compression in [Lz4::ID, Zstd::ID] {
        let damaged = with(head(Kind::Command, "Print"), compression, b"damaged");
        let (outcome, _) = answered::<Papers>(damaged).await;
        let error = outcome.unwrap_err();
        let malformed = matches!(
            error,
            WireError::Unexpandable { error: CompressionError::Malformed { .. } | CompressionError::Large { .. }, .. }
        );
        assert!(malformed, "{error:?}");
    }
}

/// Stops when it is told.
#[derive(Default)]
struct Letters {
    codes: Mutex<Vec<&'static str>>,
    stop: Cancel,
}

impl DeadLetters for Letters {
    async fn bury(&self, letter: Letter<'_>) -> Result<(), Failure> {
        self.codes.lock().unwrap().push(letter.code);
        self.stop.cancel();
        Ok(())
    }
}

#[tokio::test]
async fn a_consumer_expands_events_within_its_limit() {
    let (wire, shop, letters) = (Memory::default(), Shop::default(), Letters::default());
    let desk = Desk { papers: Remote::new(wire.clone()) };
    let text = long("");
    let consumer = Consumer::new(wire.clone(), "shop", &letters).expands_to(text.len() + 2);
    let (consumed, ()) = tokio::join!(consumer.consume::<Papers, _>(&shop, &letters.stop), async {
        desk.publish(Printed(text.clone())).await.unwrap();
        desk.publish(Printed(text.clone() + "a")).await.unwrap();
    });
    consumed.unwrap();
    assert_eq!(shop.press.heard.load(Relaxed), text.len());
    assert_eq!(*letters.codes.lock().unwrap(), ["catga.wire.unexpandable"]);
}
