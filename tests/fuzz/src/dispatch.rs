//! What holds for any bytes into a mediator, and for any that come back to a `Remote`: there is an answer or
//! a typed error, and where nothing was dispatched the bytes are still there.

use std::fmt::{self, Debug};
use std::future::{Future, poll_fn, ready};
use std::hint::black_box;
use std::pin::pin;
use std::sync::Mutex;
use std::task::{Context as TaskContext, Poll, Waker};
use std::time::Duration;

use bytes::Bytes;
use catga::Remote;
use catga::codec::compression::{Compression, Lz4, Zstd};
use catga::codec::{CompressionId, Json, MessagePack, Protobuf};
use catga::contract::Contract as _;
use catga::envelope::{Envelope, Kind};
use catga::id::Id;
use catga::prelude::*;
use catga::transport::{Capabilities, Endpoint, Leftover, Requests, Transport, TransportError};
use catga::wire::{Outlet, Rejected, Serves, receive, respond};
use futures_util::stream::{self, Stream};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Classify)]
pub enum CardError {
    Declined { code: u16, why: String },
    Busy,
}

impl fmt::Display for CardError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

impl std::error::Error for CardError {}

#[command(name = "Charge", reply = u64, error = CardError)]
#[derive(Debug, Serialize, Deserialize)]
pub struct ChargeV1 {
    pub cents: u64,
}

#[command(name = "Charge", version = 2, reply = u64, error = CardError, upcasts = ChargeV1, validate)]
#[derive(Debug, Serialize, Deserialize)]
pub struct Charge {
    pub cents: u64,
    pub notes: Vec<String>,
}

impl From<ChargeV1> for Charge {
    fn from(before: ChargeV1) -> Self {
        Self { cents: before.cents, notes: Vec::new() }
    }
}

impl Valid for Charge {
    fn check(&self, checks: &mut Checks) {
        checks.require("cents", self.cents != 13, "brings bad luck");
    }
}

#[query(reply = Option<String>, codec = Json)]
#[derive(Debug, Serialize, Deserialize)]
pub struct Receipt {
    pub number: i32,
    pub words: Option<Vec<String>>,
}

#[query(reply = Vec<u32>, codec = MessagePack, compress = Zstd)]
#[derive(Debug, Serialize, Deserialize)]
pub struct Cards {
    pub names: Vec<String>,
}

#[command(reply = String, codec = Protobuf, compress = Lz4)]
#[derive(Clone, PartialEq, prost::Message)]
pub struct Rename {
    #[prost(string, tag = "1")]
    pub name: String,
    #[prost(sint32, repeated, tag = "2")]
    pub numbers: Vec<i32>,
}

#[query(stream = u64, error = CardError)]
#[derive(Debug, Serialize, Deserialize)]
pub struct Charges {
    pub up_to: u64,
}

#[event]
#[derive(Debug, Serialize, Deserialize)]
pub struct Expired {
    pub cards: Vec<(u64, String)>,
}

#[contract]
pub struct Everything(Charge, Receipt, Cards, Rename, #[stream] Charges, #[event] Expired);

struct Handlers;

#[handler]
impl Handlers {
    fn charge(&self, command: Charge) -> Result<u64, CardError> {
        match (command.cents, command.notes.len()) {
            (cents, 1) => Err(CardError::Declined { code: cents as u16, why: command.notes.concat() }),
            (_, 2) => Err(CardError::Busy),
            (cents, _) => Ok(cents),
        }
    }

    fn receipt(&self, query: Receipt) -> Option<String> {
        query.words.map(|words| words.concat())
    }

    fn cards(&self, query: Cards) -> Vec<u32> {
        query.names.iter().map(|name| name.len() as u32).collect()
    }

    fn rename(&self, command: Rename) -> String {
        command.name
    }

    fn charges(&self, query: Charges) -> impl Stream<Item = Result<u64, CardError>> {
        let row = |row| if row == 3 { Err(CardError::Busy) } else { Ok(row) };
        stream::iter((0..query.up_to.min(5)).map(row))
    }

    fn expired(&self, event: &Expired) {
        assert!(event.cards.len() < usize::MAX);
    }
}

#[mediator]
#[pipeline(Validate)]
struct There {
    handlers: Handlers,
}

#[mediator]
struct Here {
    there: Remote<Says, Everything>,
}

/// What it comes to; nobody here waits for long.
fn now<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    let mut cx = TaskContext::from_waker(Waker::noop());
    for _ in 0..1_000 {
        if let Poll::Ready(output) = future.as_mut().poll(&mut cx) {
            return output;
        }
    }
    panic!("it waits for ever")
}

/// Keeps rows, and what is written last.
#[derive(Default)]
struct Written {
    rows: Vec<Vec<u8>>,
    last: Vec<u8>,
}

impl Outlet for Written {
    type Sink = Vec<u8>;

    fn sink(&mut self) -> &mut Vec<u8> {
        &mut self.last
    }

    fn restart(&mut self) {
        self.last.clear();
    }

    fn row(&mut self) -> impl Future<Output = bool> + Send {
        self.rows.push(std::mem::take(&mut self.last));
        ready(true)
    }
}

/// The bytes as they are; and as the body of a message of the contract, which the first byte tells, as it tells the
/// compression.
///
/// # Panics
/// Where there is no answer, or the bytes are lost.
pub fn dispatch(bytes: &[u8]) {
    arrives(bytes);
    let Some((first, body)) = bytes.split_first() else { return };
    let members = Everything::MEMBERS;
    let (which, how) = (usize::from(*first) % members.len(), usize::from(*first) / members.len());
    let member = &members[which];
    let kind = match member.message.kind {
        "command" => Kind::Command,
        "query" => Kind::Query,
        "event" => Kind::Event,
        _ => Kind::Stream,
    };
    let mut envelope = Envelope::new(kind, Id::new(7), member.key, member.codec);
    envelope.version = if how % 5 == 4 { 1 } else { member.message.version };
    envelope.compression = [CompressionId::NONE, <Zstd as Compression>::ID, <Lz4 as Compression>::ID][how % 3];
    envelope.body = body;
    let mut whole = Vec::new();
    envelope.encode(&mut whole).expect("there is room");
    arrives(&whole);
}

/// Whether these are a message of the contract.
pub fn is_dispatched(bytes: &[u8]) -> bool {
    let there = There { handlers: Handlers };
    now(respond::<Everything, _, _>(&there, bytes, None, None, &mut Written::default())).is_ok()
}

fn arrives(bytes: &[u8]) {
    let there = There { handlers: Handlers };
    let mut out = Written::default();
    let answered = now(respond::<Everything, _, _>(&there, bytes, None, None, &mut out));
    let answer = Envelope::decode(&out.last).expect("there is an answer");
    match answered {
        Ok(()) => {
            let request = Envelope::decode(bytes).expect("it was dispatched");
            assert!(<Everything as Serves<There>>::find(request.key, request.version).is_some());
            assert!(matches!(answer.kind, Kind::Reply | Kind::Failure | Kind::End), "{answer:?}");
            for row in &out.rows {
                let row = Envelope::decode(row).expect("a row is whole");
                assert_eq!((row.kind, row.id, row.key), (Kind::Item, request.id, request.key));
            }
            assert_eq!((answer.id, answer.key), (request.id, request.key));
        }
        Err(rejected) => {
            kept(&rejected, bytes);
            assert_eq!(answer.kind, Kind::Failure);
        }
    }
    if let Err(rejected) = now(receive::<Everything, _>(&there, bytes, None, None)) {
        kept(&rejected, bytes);
    }
}

fn kept(rejected: &Rejected<'_>, bytes: &[u8]) {
    assert_eq!(rejected.bytes, bytes, "the bytes are lost: {rejected}");
}

/// A transport on which the other side says these, whatever it is asked.
struct Says {
    bytes: Mutex<Bytes>,
    /// Its id and its key are the request's.
    is_meant: bool,
}

impl Says {
    fn answer(&self, request: &[u8]) -> Bytes {
        let answer = self.bytes.lock().expect("nobody panics meanwhile").clone();
        if !self.is_meant || answer.len() < 24 {
            return answer;
        }
        let mut answer = Vec::from(answer);
        answer[8..24].copy_from_slice(&request[8..24]);
        answer.into()
    }
}

impl Transport for Says {
    const CAPABILITIES: Capabilities = Capabilities { qos: catga::message::Qos::AtLeastOnce, ..Capabilities::NONE };

    async fn close(&self, _: Duration) -> Leftover {
        Leftover::default()
    }
}

impl Requests for Says {
    type Items = stream::Iter<std::array::IntoIter<Result<Bytes, TransportError>, 2>>;

    async fn request(&self, _: Endpoint<'_>, bytes: Bytes, _: Option<Duration>) -> Result<Bytes, TransportError> {
        Ok(self.answer(&bytes))
    }

    async fn request_many(
        &self,
        _: Endpoint<'_>,
        bytes: Bytes,
        _: Option<Duration>,
    ) -> Result<Self::Items, TransportError> {
        let answer = self.answer(&bytes);
        Ok(stream::iter([Ok(answer.clone()), Ok(answer)]))
    }
}

impl catga::transport::Delivers for Says {
    type Subscription = Nothing;

    async fn publish(&self, _: Endpoint<'_>, _: catga::transport::Parcel) -> Result<(), TransportError> {
        Ok(())
    }

    async fn subscribe(&self, _: Endpoint<'_>, _: &str) -> Result<Nothing, TransportError> {
        Err(TransportError::Closed)
    }
}

/// Nobody subscribes.
pub enum Nothing {}

impl catga::transport::Subscription for Nothing {
    type Delivery = Self;

    fn ack_deadline(&self) -> Option<Duration> {
        match *self {}
    }

    async fn next(&mut self) -> Option<Result<Self, TransportError>> {
        match *self {}
    }
}

impl catga::transport::Delivery for Nothing {
    fn parcel(&self) -> &catga::transport::Parcel {
        match *self {}
    }

    fn attempt(&self) -> u32 {
        match *self {}
    }

    async fn ack(self) -> Result<(), TransportError> {
        match self {}
    }

    async fn refuse(self, _: Duration) -> Result<(), TransportError> {
        match self {}
    }

    async fn extend(&mut self) -> Result<(), TransportError> {
        match *self {}
    }
}

/// The bytes as the answer to each message of the contract, as they are and as the one that it waits for.
///
/// # Panics
/// Where a send does not end.
pub fn answer(bytes: &[u8]) {
    HERE.with(|both| both.iter().for_each(|here| answered(here, bytes)));
}

thread_local! {
    // A pool of buffers costs more than what is asked of it here.
    static HERE: [Here; 2] = [false, true].map(|is_meant| Here {
        there: Remote::new(Says { bytes: Mutex::default(), is_meant }),
    });
}

fn answered(here: &Here, bytes: &[u8]) {
    *here.there.transport().bytes.lock().expect("nobody panics meanwhile") = Bytes::copy_from_slice(bytes);
    now(async {
        ended(here.send(Charge { cents: 1, notes: Vec::new() }).await);
        ended(here.send(Receipt { number: 1, words: None }).await);
        ended(here.send(Cards { names: Vec::new() }).await);
        ended(here.send(Rename { name: String::new(), numbers: Vec::new() }).await);
        let mut rows = pin!(here.stream(Charges { up_to: 1 }));
        // Two items are said, and a row is one at most; then it has ended.
        for _ in 0..3 {
            let Some(row) = poll_fn(|cx| rows.as_mut().poll_next(cx)).await else { return };
            ended(row);
        }
        assert!(poll_fn(|cx| rows.as_mut().poll_next(cx)).await.is_none());
    });
}

fn ended<T, E: Debug + Classify>(outcome: Result<T, Error<E>>) {
    match outcome {
        Ok(answer) => drop(black_box(answer)),
        Err(error) => assert!(!error.code().is_empty(), "{error:?} has no code"),
    }
}
