use core::future::Future;

use bytes::Bytes;

use super::{Endpoint, Transport, TransportError};

/// A transport on which requests arrive.
pub trait Listens: Transport {
    /// The requests of one endpoint, as they come in.
    type Incoming: Incoming;

    /// Takes requests of the endpoint. Who listens where somebody listens already shares them.
    ///
    /// # Errors
    /// [`TransportError`]: `Closed`, or `TooLarge` where the name is too long.
    fn listen(&self, endpoint: Endpoint<'_>) -> impl Future<Output = Result<Self::Incoming, TransportError>> + Send;
}

/// The requests of an endpoint. Dropping it stops listening: what waits there goes to those who share the
/// endpoint, or is refused.
pub trait Incoming: Send + 'static {
    /// Answers one request with one piece.
    type Responder: Responder;
    /// Answers one request with many.
    type Sender: ItemSender;

    /// The next request; `None` once the transport is closed and the last one was taken. Cancel safe:
    /// nothing is taken until it is returned.
    fn next(&mut self) -> impl Future<Output = Option<Request<Self::Responder, Self::Sender>>> + Send;
}

/// A request that has arrived.
#[derive(Debug)]
pub struct Request<R, S> {
    /// The bytes that were sent.
    pub bytes: Bytes,
    /// How it wants to be answered.
    pub answer: Answer<R, S>,
}

/// How a request wants to be answered.
#[derive(Debug)]
pub enum Answer<R, S> {
    /// With one piece.
    One(R),
    /// With any number of items.
    Many(S),
}

/// The duty to answer one request. Dropped without an answer, the caller is told `Unanswered`.
pub trait Responder: Send + 'static {
    /// How many bytes the answer may have; no bound unless a transport says so.
    fn limit(&self) -> usize {
        usize::MAX
    }

    /// Waits until the caller has gone: it has cancelled, its budget has run out, or its connection was
    /// lost. Cancel safe.
    fn cancelled(&mut self) -> impl Future<Output = ()> + Send;

    /// Answers.
    ///
    /// # Errors
    /// `Cancelled` where the caller has gone; `TooLarge`, and then the caller is told `Unanswered`.
    fn answer(self, bytes: Bytes) -> impl Future<Output = Result<(), TransportError>> + Send;

    /// Gives the request back unseen: the caller is told `Refused`, which is transient.
    fn refuse(self);
}

/// The duty to answer one request with items. Dropped before [`finish`](ItemSender::finish), the caller's
/// stream ends with `Unanswered`.
pub trait ItemSender: Send + 'static {
    /// How many bytes an item may have; no bound unless a transport says so.
    fn limit(&self) -> usize {
        usize::MAX
    }

    /// Waits until the caller has gone. Cancel safe.
    fn cancelled(&mut self) -> impl Future<Output = ()> + Send;

    /// Sends an item; waits while the caller has not read what was sent before.
    ///
    /// # Errors
    /// `Cancelled` where the caller has gone; `TooLarge`.
    fn send(&mut self, bytes: Bytes) -> impl Future<Output = Result<(), TransportError>> + Send;

    /// Ends the stream: nothing is missing.
    ///
    /// # Errors
    /// `Cancelled` where the caller has gone.
    fn finish(self) -> impl Future<Output = Result<(), TransportError>> + Send;

    /// Gives the request back unseen: the caller's stream ends with `Refused`, which is transient.
    fn refuse(self);
}
