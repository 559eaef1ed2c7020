//! One thread runs one operation at a time, so a borrow that is held meets no other.

#![expect(clippy::await_holding_refcell_ref, clippy::manual_async_fn, reason = "one operation at a time")]

use std::cell::RefCell;
use std::future::Future;
use std::sync::atomic::AtomicU64;

use catga::codec::{Codec as _, Encode as _, Postcard};
use catga::envelope::{Envelope, Kind, WireKey};
use catga::id::Id;
use catga::prelude::*;
use catga::wire::{Answering, Arrived, Serves, Whole};
use serde::{Deserialize, Serialize};

use super::many::{ten, thousand};
use crate::row::{Case, Row};
use crate::work;
use crate::work::{out_of_line, seed};

/// An operation of these is a message of 64 bytes, decoded, handled, and its reply encoded.
pub(super) fn rows() -> Vec<Row> {
    vec![Row::of::<Plain>(), Row::of::<Dispatched<Ten>>(), Row::of::<Dispatched<Thousand>>(), Row::of::<Enveloped>()]
}

#[query(reply = Quote)]
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Ask {
    /// As bytes, so that it can be written where it stands.
    pub q: [u8; 8],
    customer: u64,
    amounts: [u32; 8],
    name: [u8; 22],
}

#[derive(Debug, Serialize, Deserialize)]
pub struct Quote {
    pub sum: [u8; 8],
    customer: u64,
    amounts: [u32; 8],
}

impl Ask {
    const SAMPLE: Self =
        Self { q: [0; 8], customer: 4_711, amounts: [100_000_000; 8], name: *b"twenty-two letters now" };
}

pub struct Quotes {
    seed: AtomicU64,
}

impl Default for Quotes {
    fn default() -> Self {
        let quotes = Self { seed: seed() };
        out_of_line(quotes.quote(Ask::SAMPLE));
        quotes
    }
}

#[handler]
impl Quotes {
    pub async fn quote(&self, query: Ask) -> Quote {
        let sum = work!(self.seed, u64::from_le_bytes(query.q));
        Quote { sum: sum.to_le_bytes(), customer: query.customer, amounts: query.amounts }
    }
}

/// A contract by how many messages it has.
pub(super) trait Size: 'static {
    const NAME: &'static str;
    type App: Mediator + Default;
    type Api: Serves<Self::App>;
}

pub(super) struct Ten;

impl Size for Ten {
    const NAME: &'static str = "catga, decode, dispatch and encode";
    type App = ten::Desk;
    type Api = ten::Api;
}

pub(super) struct Thousand;

impl Size for Thousand {
    const NAME: &'static str = "catga, the same with 1 000 messages";
    type App = thousand::Desk;
    type Api = thousand::Api;
}

/// The bytes that came in, and where the answer goes; both are used again.
pub(super) struct Wires<A> {
    app: A,
    request: RefCell<Vec<u8>>,
    answer: RefCell<Whole<Vec<u8>>>,
}

impl<A: Default> Wires<A> {
    fn new(head: bool) -> Self {
        let mut request = Vec::new();
        if head {
            let envelope = Envelope::new(Kind::Query, Id::new(1 << 40), WireKey::of("Ask"), Postcard::ID);
            envelope.encode_head(&mut request).expect("it is small");
        }
        Postcard::encode(&Ask::SAMPLE, &mut request).expect("it has bytes");
        assert!(head || request.len() == 64, "{}", request.len());
        Self { app: A::default(), request: request.into(), answer: Whole(Vec::with_capacity(256)).into() }
    }
}

fn sum(quote: &[u8]) -> u64 {
    quote.first_chunk().map_or(0, |sum| u64::from_le_bytes(*sum))
}

/// Postcard and the handler's method, called as a method.
struct Plain;

impl Case for Plain {
    const NAME: &'static str = "plain decode, direct call and encode";
    type App = Wires<Quotes>;
    type Output = u64;

    fn app() -> Self::App {
        Wires::new(false)
    }

    fn future(app: &Self::App, q: u64) -> impl Future<Output = u64> {
        async move {
            app.request.borrow_mut()[..8].copy_from_slice(&q.to_le_bytes());
            let ask: Ask = postcard::from_bytes(&app.request.borrow()).expect("they are its bytes");
            let quote = app.app.quote(ask).await;
            let mut answer = app.answer.borrow_mut();
            answer.0.resize(256, 0);
            sum(postcard::to_slice(&quote, &mut answer.0).expect("there is room"))
        }
    }

    fn answer(output: u64) -> u64 {
        output
    }
}

/// The same message through a contract's table and a mediator.
struct Dispatched<S>(std::marker::PhantomData<S>);

impl<S: Size> Case for Dispatched<S> {
    const NAME: &'static str = S::NAME;
    type App = Wires<S::App>;
    type Output = u64;

    fn app() -> Self::App {
        Wires::new(false)
    }

    fn future(app: &Self::App, q: u64) -> impl Future<Output = u64> {
        async move {
            app.request.borrow_mut()[..8].copy_from_slice(&q.to_le_bytes());
            let request = app.request.borrow();
            let mut envelope = Envelope::new(Kind::Query, Id::new(1 << 40), WireKey::of("Ask"), Postcard::ID);
            envelope.body = &request;
            let mut answer = app.answer.borrow_mut();
            answer.0.clear();
            let at = S::Api::find(envelope.key, envelope.version).expect("it is served");
            let arrived = Arrived::new(&envelope);
            S::Api::dispatch(&app.app, at, &arrived, Answering(&mut *answer)).await.expect("it is dispatched");
            sum(&answer.0[25..])
        }
    }

    fn answer(output: u64) -> u64 {
        output
    }
}

/// The same with the envelope that it came in.
struct Enveloped;

impl Case for Enveloped {
    const NAME: &'static str = "catga, the same in an envelope";
    type App = Wires<ten::Desk>;
    type Output = u64;

    fn app() -> Self::App {
        Wires::new(true)
    }

    fn future(app: &Self::App, q: u64) -> impl Future<Output = u64> {
        async move {
            app.request.borrow_mut()[25..33].copy_from_slice(&q.to_le_bytes());
            let request = app.request.borrow();
            let mut answer = app.answer.borrow_mut();
            answer.0.clear();
            let answered = catga::wire::respond::<ten::Api, _, _>(&app.app, &request, None, None, &mut *answer);
            answered.await.expect("it is dispatched");
            sum(&answer.0[25..])
        }
    }

    fn answer(output: u64) -> u64 {
        output
    }
}
