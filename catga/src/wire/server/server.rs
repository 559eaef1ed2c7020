use core::fmt;
use core::future::{Future, poll_fn};
use core::pin::{Pin, pin};
use core::task::Poll;

use alloc::boxed::Box;
use alloc::vec::Vec;
use bytes::Bytes;
use futures_util::future::{Either, join_all, select};

use super::Extends;
use super::fit::fit;
use super::rows::Rows;
use crate::buffer::BufferPool;
use crate::contract::Member;
use crate::envelope::Envelope;
use crate::error::{Error, Panic};
use crate::scope::Mediator;
use crate::time::Cancel;
use crate::transport::{Answer, Endpoint, Incoming, ItemSender, Listens, Request, Responder, TransportError};
use crate::wire::failure::write_failure;
use crate::wire::respond::{answer, reject};
use crate::wire::running::Running;
use crate::wire::{Arrived, Outlet, Press, Serves, Whole, contain};

/// Answers requests that arrive over a transport with a mediator.
///
/// Every request goes through the mediator's pipeline, ends with its budget, and is dropped when its caller
/// has gone. There is an answer to whatever arrives: what cannot be dispatched is answered with a failure
/// that says why, and so is a handler's panic.
///
/// Answers are written into buffers of a pool, and handed to the transport as they are: of what an answer takes
/// from the allocator, that is the one small piece. Requests run in places that are used again, as many as ever
/// ran at once; each keeps the size of a request's future.
///
/// ```
/// use catga::Remote;
/// use catga::prelude::*;
/// use catga::transport::memory::Memory;
/// use serde::{Deserialize, Serialize};
///
/// #[query(reply = u64)]
/// #[derive(Serialize, Deserialize)]
/// struct Double(u64);
///
/// #[contract]
/// struct Sums(Double);
///
/// struct Adder;
///
/// #[handler]
/// impl Adder {
///     fn double(&self, query: Double) -> u64 { query.0 * 2 }
/// }
///
/// #[mediator]
/// struct There { adder: Adder }
///
/// #[mediator]
/// struct Here { sums: Remote<Memory, Sums> }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// let wire = Memory::default();
/// let (there, stop) = (There { adder: Adder }, Cancel::new());
/// let server = Server::new(wire.clone());
/// let serving = server.serve::<Sums, _>(&there, &stop);
///
/// let here = Here { sums: Remote::new(wire) };
/// let asking = async {
///     assert_eq!(here.send(Double(21)).await, Ok(42));
///     stop.cancel();
/// };
/// let (served, ()) = tokio::join!(serving, asking);
/// assert_eq!(served.unwrap().requests, 1);
/// # }
/// ```
pub struct Server<T, E = ()> {
    transport: T,
    concurrency: usize,
    extends: E,
    pool: BufferPool,
    press: Press,
    endpoint: Option<&'static str>,
}

/// What a server has done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Served {
    /// Requests that were answered, failures among them.
    pub requests: u64,
    /// Requests that were not dispatched, as their bytes are no message of the contract.
    pub rejected: u64,
    /// Requests whose callers had gone before the answer.
    pub gone: u64,
}

impl<T: Listens> Server<T> {
    /// A server on this transport, with at most 256 requests at a time at each endpoint.
    pub fn new(transport: T) -> Self {
        let (pool, press) = (BufferPool::new(), Press::new());
        Self { transport, concurrency: 256, extends: (), pool, press, endpoint: None }
    }
}

impl<T, E> Server<T, E> {
    /// At most so many requests at a time at each endpoint, at least one; more wait with the transport.
    #[must_use]
    pub fn concurrency(self, requests: usize) -> Self {
        Self { concurrency: requests.max(1), ..self }
    }

    /// Where answers are written: a pool that others use, too, and not one of its own.
    #[must_use]
    pub fn pool(self, pool: BufferPool) -> Self {
        Self { pool, ..self }
    }

    /// To how many bytes a compressed request may expand; 16 MiB unless set. Beyond, it is answered with a failure.
    #[must_use]
    pub fn expands_to(self, bytes: usize) -> Self {
        Self { press: Press::at_most(bytes), ..self }
    }

    /// Where the messages arrive that name no endpoint themselves, instead of the contract's.
    #[must_use]
    pub fn endpoint(self, endpoint: &'static str) -> Self {
        Self { endpoint: Some(endpoint), ..self }
    }

    /// What handlers read through `Extended`, made of each message's envelope.
    #[must_use]
    pub fn extension<X, F: Fn(&Envelope<'_>) -> X + Send + Sync>(self, extends: F) -> Server<T, F> {
        let Self { transport, concurrency, pool, press, endpoint, .. } = self;
        Server { transport, concurrency, extends, pool, press, endpoint }
    }

    /// Answers the requests of a contract until it is told to stop or the transport is closed, and then
    /// those that it has taken.
    ///
    /// It is one future: its requests run at once, but on one thread. Where handlers compute, spawn several;
    /// they share what arrives. Dropping it drops the handlers where they wait, and their callers are told
    /// that there is no answer.
    ///
    /// # Errors
    /// [`TransportError`] where it cannot listen.
    // Boxed: of a future that is opaque, rustc would say thrice what is wrong with the contract.
    pub fn serve<'s, C: Serves<A>, A>(
        &'s self,
        app: &'s A,
        stop: &'s Cancel,
    ) -> Pin<Box<dyn Future<Output = Result<Served, TransportError>> + Send + 's>>
    where
        A: Mediator,
        T: Listens,
        E: Extends<A::Extension>,
    {
        Box::pin(async move {
            let endpoints = Member::endpoints(C::MEMBERS.iter(), self.endpoint);
            let mut desks = Vec::with_capacity(endpoints.len());
            for endpoint in endpoints {
                desks.push(self.transport.listen(Endpoint::new(endpoint)).await?);
            }
            let desks = desks.into_iter().map(|desk| self.attend::<C, A>(desk, app, stop));
            let served = join_all(desks).await;
            Ok(served.into_iter().fold(Served::default(), Served::and))
        })
    }

    /// The requests of one endpoint.
    async fn attend<C, A>(&self, mut desk: T::Incoming, app: &A, stop: &Cancel) -> Served
    where
        A: Mediator,
        C: Serves<A>,
        T: Listens,
        E: Extends<A::Extension>,
    {
        let mut served = Served::default();
        let mut running = Running::new();
        let mut stopped = pin!(stop.cancelled());
        loop {
            let is_full = running.len() >= self.concurrency;
            let progress = poll_fn(|cx| {
                if stopped.as_mut().poll(cx).is_ready() {
                    return Poll::Ready(Step::Stop);
                }
                match running.poll_next(cx) {
                    Poll::Ready(Some(one)) => Poll::Ready(Step::Done(one)),
                    // Without any it is asked again when there is one.
                    Poll::Ready(None) | Poll::Pending => Poll::Pending,
                }
            });
            let next = async { if is_full { core::future::pending().await } else { desk.next().await } };
            match select(pin!(progress), pin!(next)).await {
                Either::Left((Step::Done(one), _)) => served = served.and(one),
                Either::Right((Some(request), _)) => running.push(self.handle::<C, A, _, _>(request, app)),
                Either::Left((Step::Stop, _)) | Either::Right((None, _)) => break,
            }
        }
        // Who waits behind this desk is for others, or is refused.
        drop(desk);
        while let Some(one) = poll_fn(|cx| running.poll_next(cx)).await {
            served = served.and(one);
        }
        served
    }

    async fn handle<C, A, R, S>(&self, request: Request<R, S>, app: &A) -> Served
    where
        A: Mediator,
        C: Serves<A>,
        R: Responder,
        S: ItemSender,
        E: Extends<A::Extension>,
    {
        let Request { bytes, answer } = request;
        match answer {
            Answer::One(mut responder) => {
                let mut out = Whole(self.pool.get(0));
                let answered = self.dispatch::<C, A, _>(app, &bytes, &mut out);
                let was_dispatched = match select(pin!(answered), pin!(responder.cancelled())).await {
                    Either::Left((was_dispatched, _)) => was_dispatched,
                    Either::Right(((), _)) => return Served::GONE,
                };
                let _fits = fit(&mut out.0, responder.limit());
                match responder.answer(out.0.into_bytes()).await {
                    Ok(()) => Served::of(was_dispatched),
                    Err(_) => Served::GONE,
                }
            }
            Answer::Many(sender) => {
                let mut out = Rows::new(sender, self.pool.get(0));
                let was_dispatched = self.dispatch::<C, A, _>(app, &bytes, &mut out).await;
                out.finish().await;
                Served::of(was_dispatched)
            }
        }
    }

    /// Writes the answer; whether there was a handler for it.
    async fn dispatch<C, A, O>(&self, app: &A, bytes: &Bytes, out: &mut O) -> bool
    where
        A: Mediator,
        C: Serves<A>,
        O: Outlet,
        E: Extends<A::Extension>,
    {
        let envelope = match Envelope::decode(bytes) {
            Ok(envelope) => envelope,
            Err(error) => {
                reject(None, error.into(), out);
                return false;
            }
        };
        let answered = async {
            // In here, as it reads what came over the wire, and may panic of it.
            let extension = self.extends.extend(&envelope);
            let press = Some(&self.press);
            let arrived = Arrived { extension: extension.as_ref(), press, ..Arrived::new(&envelope) };
            answer::<C, A, O>(app, &arrived, out).await
        };
        match contain(answered).await {
            Ok(answered) => answered.is_ok(),
            Err(panic) => {
                panicked(&envelope, panic, out);
                true
            }
        }
    }
}

/// A handler's panic is its answer.
#[cold]
fn panicked<O: Outlet>(envelope: &Envelope<'_>, panic: Panic, out: &mut O) {
    out.restart();
    if write_failure::<core::convert::Infallible>(envelope, &Error::Panicked(panic), out.sink()).is_err() {
        out.restart();
    }
}

enum Step {
    Done(Served),
    Stop,
}

impl Served {
    const GONE: Self = Self { requests: 0, rejected: 0, gone: 1 };

    const fn of(was_dispatched: bool) -> Self {
        Self { requests: 1, rejected: if was_dispatched { 0 } else { 1 }, gone: 0 }
    }

    const fn and(self, other: Self) -> Self {
        Self {
            requests: self.requests + other.requests,
            rejected: self.rejected + other.rejected,
            gone: self.gone + other.gone,
        }
    }
}

impl<T, E> fmt::Debug for Server<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server").field("concurrency", &self.concurrency).finish_non_exhaustive()
    }
}
