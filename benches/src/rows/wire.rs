//! One thread runs one operation at a time, so a borrow that is held meets no other.

#![expect(clippy::await_holding_refcell_ref, clippy::manual_async_fn, reason = "one operation at a time")]

use std::cell::RefCell;
use std::future::Future;

use catga::codec::{Codec as _, Encode as _, Postcard};
use catga::envelope::{Envelope, Fingerprint, Kind, WireKey};
use catga::id::Id;
use catga::prelude::*;
use catga::wire::{Answering, Arrived, Serves, Whole, WireError};

use super::many::{ten, thousand};
use super::quotes::{Ask, Quotes};
use crate::block_on::block_on;
use crate::row::{Case, Row};

/// An operation of these is a message of 64 bytes, decoded, handled, and its reply encoded.
pub(super) fn rows() -> Vec<Row> {
    vec![Row::of::<Plain>(), Row::of::<Dispatched<Ten>>(), Row::of::<Dispatched<Thousand>>(), Row::of::<Enveloped>()]
}

/// A contract by how many messages it has.
trait Size: 'static {
    const NAME: &'static str;
    type App: Mediator + Default;
    type Api: Serves<Self::App>;
}

struct Ten;

impl Size for Ten {
    const NAME: &'static str = "catga, decode, dispatch and encode";
    type App = ten::Desk;
    type Api = ten::Api;
}

struct Thousand;

impl Size for Thousand {
    const NAME: &'static str = "catga, the same with 1 000 messages";
    type App = thousand::Desk;
    type Api = thousand::Api;
}

/// The bytes that came in, and where the answer goes; both are used again.
struct Wires<A> {
    app: A,
    /// What a `Remote` says that the message is made of.
    schema: Fingerprint,
    request: RefCell<Vec<u8>>,
    answer: RefCell<Whole<Vec<u8>>>,
}

/// How long the envelope of a request or an answer is that says what it is made of.
const HEAD: usize = 29;

impl<A: Default> Wires<A> {
    fn new(schema: Fingerprint) -> Self {
        let mut request = Vec::new();
        Postcard::encode(&Ask::SAMPLE, &mut request).expect("it has bytes");
        assert_eq!(request.len(), 64);
        Self { app: A::default(), schema, request: request.into(), answer: Whole(Vec::with_capacity(256)).into() }
    }

    /// The same, with the envelope before it.
    fn enveloped(self) -> Self {
        let mut request = Vec::new();
        ask(self.schema).encode_head(&mut request).expect("it is small");
        assert_eq!(request.len(), HEAD);
        request.extend(self.request.take());
        Self { request: request.into(), ..self }
    }
}

/// A request without its body.
fn ask(schema: Fingerprint) -> Envelope<'static> {
    let mut envelope = Envelope::new(Kind::Query, Id::new(1 << 40), WireKey::of("Ask"), Postcard::ID);
    envelope.schema = schema;
    envelope
}

/// What `Ask` is made of: whoever sends it with anything else is told so.
fn served<S: Size>() -> Fingerprint {
    let (app, envelope) = (S::App::default(), ask(Fingerprint(1)));
    let at = S::Api::find(envelope.key, envelope.version).expect("it is served");
    let arrived = Arrived::new(&envelope);
    let refused = block_on(S::Api::dispatch(&app, at, &arrived, Answering(&mut Whole(Vec::new()))));
    match refused.map_err(|error| *error) {
        Err(WireError::WrongSchema { served, .. }) => served,
        other => panic!("{:?}", other.err()),
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
        Wires::new(Fingerprint::UNKNOWN)
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
        Wires::new(served::<S>())
    }

    fn future(app: &Self::App, q: u64) -> impl Future<Output = u64> {
        async move {
            app.request.borrow_mut()[..8].copy_from_slice(&q.to_le_bytes());
            let request = app.request.borrow();
            let mut envelope = ask(app.schema);
            envelope.body = &request;
            let mut answer = app.answer.borrow_mut();
            answer.0.clear();
            let at = S::Api::find(envelope.key, envelope.version).expect("it is served");
            let arrived = Arrived::new(&envelope);
            S::Api::dispatch(&app.app, at, &arrived, Answering(&mut *answer)).await.expect("it is dispatched");
            sum(&answer.0[HEAD..])
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
        Wires::new(served::<Ten>()).enveloped()
    }

    fn future(app: &Self::App, q: u64) -> impl Future<Output = u64> {
        async move {
            app.request.borrow_mut()[HEAD..HEAD + 8].copy_from_slice(&q.to_le_bytes());
            let request = app.request.borrow();
            let mut answer = app.answer.borrow_mut();
            answer.0.clear();
            let answered = catga::wire::respond::<ten::Api, _, _>(&app.app, &request, None, None, &mut *answer);
            answered.await.expect("it is dispatched");
            sum(&answer.0[HEAD..])
        }
    }

    fn answer(output: u64) -> u64 {
        output
    }
}
