use core::future::Future;
use core::time::Duration;

use bytes::Bytes;
use futures_core::Stream;

use super::{Endpoint, Transport, TransportError};

/// A transport that asks, and brings the answer back.
pub trait Requests: Transport {
    /// The answer of many items. It ends after its last item or its first error. Where it is not read, the
    /// other side waits; dropping it cancels the request.
    type Items: Stream<Item = Result<Bytes, TransportError>> + Send + Unpin + 'static;

    /// Asks whoever listens at the endpoint, and waits for the one answer.
    ///
    /// So many may be in flight at a time; more wait for room, first come first served. `budget` is for
    /// all of it, the wait included; without one it waits as long as the other side is there. Dropping the
    /// future cancels the request: the other side is told, and its answer is dropped.
    ///
    /// # Errors
    /// [`TransportError`]; its class tells whether anybody may have seen the request.
    fn request(
        &self,
        endpoint: Endpoint<'_>,
        bytes: Bytes,
        budget: Option<Duration>,
    ) -> impl Future<Output = Result<Bytes, TransportError>> + Send;

    /// Asks whoever listens at the endpoint for an answer of many items, and waits until the request is
    /// written.
    ///
    /// `budget` is for the whole stream: beyond it the stream ends with `TimedOut`.
    ///
    /// # Errors
    /// [`TransportError`], where it was not written.
    fn request_many(
        &self,
        endpoint: Endpoint<'_>,
        bytes: Bytes,
        budget: Option<Duration>,
    ) -> impl Future<Output = Result<Self::Items, TransportError>> + Send;
}
