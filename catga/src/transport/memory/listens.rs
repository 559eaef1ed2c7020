use core::fmt;
use core::future::{Future, poll_fn};
use std::sync::Arc;

use bytes::Bytes;

use super::Memory;
use super::desk::Desk;
use super::key::Key;
use super::memory::{Closing, Inner, check};
use super::pipe::Pipe;
use crate::time::{Clock, Timer};
use crate::transport::{Answer, Endpoint, Incoming, ItemSender, Listens, Request, Responder, TransportError};

impl<C: Clock + Clone + 'static, T: Timer<Sleep: 'static> + Clone + 'static> Listens for Memory<C, T> {
    type Incoming = MemoryIncoming;

    async fn listen(&self, endpoint: Endpoint<'_>) -> Result<MemoryIncoming, TransportError> {
        let inner = &*self.inner;
        Inner::<C, T>::check_name(endpoint.name())?;
        if inner.is_closing() {
            return Err(TransportError::Closed);
        }
        let desk = inner.desks.find_or_make(endpoint, || Desk::new(inner.limits.in_flight));
        let listener = desk.listen()?;
        Ok(MemoryIncoming { desk, closing: Arc::clone(&inner.closing), listener, limit: inner.limits.bytes })
    }
}

/// The requests of one endpoint.
pub struct MemoryIncoming {
    desk: Arc<Desk>,
    closing: Arc<Closing>,
    listener: u64,
    limit: usize,
}

/// Gives the wake-up for a request on, where it is not taken.
struct Taking<'i>(&'i MemoryIncoming, bool);

impl Drop for Taking<'_> {
    #[inline]
    fn drop(&mut self) {
        if self.1 {
            self.0.desk.stop_taking(self.0.listener);
        }
    }
}

impl Incoming for MemoryIncoming {
    type Responder = MemoryResponder;
    type Sender = MemoryItemSender;

    async fn next(&mut self) -> Option<Request<MemoryResponder, MemoryItemSender>> {
        let mut taking = Taking(self, false);
        let taken = poll_fn(|cx| {
            let taken = taking.0.desk.take(taking.0.listener, cx.waker());
            taking.1 = taken.is_pending();
            taken
        });
        let taken = taken.await?;
        let duty = Duty {
            desk: Arc::clone(&self.desk),
            closing: Arc::clone(&self.closing),
            key: taken.key,
            limit: self.limit,
            is_over: false,
        };
        let answer = match taken.pipe {
            None => Answer::One(MemoryResponder { duty }),
            Some(pipe) => Answer::Many(MemoryItemSender { duty, pipe }),
        };
        Some(Request { bytes: taken.bytes, answer })
    }
}

impl Drop for MemoryIncoming {
    fn drop(&mut self) {
        self.desk.leave(self.listener);
        self.closing.progress();
    }
}

/// A slot that somebody is to answer.
struct Duty {
    desk: Arc<Desk>,
    closing: Arc<Closing>,
    key: Key,
    limit: usize,
    is_over: bool,
}

impl Duty {
    #[inline]
    fn answer(&mut self, answer: Result<Bytes, TransportError>) -> Result<(), TransportError> {
        self.is_over = true;
        let answered = self.desk.answer(self.key, answer);
        self.closing.progress();
        answered
    }
}

/// Answers one request with one piece.
pub struct MemoryResponder {
    duty: Duty,
}

impl Responder for MemoryResponder {
    fn cancelled(&mut self) -> impl Future<Output = ()> + Send {
        poll_fn(|cx| self.duty.desk.gone(self.duty.key, cx.waker()))
    }

    async fn answer(mut self, bytes: Bytes) -> Result<(), TransportError> {
        check(bytes.len(), self.duty.limit)?;
        self.duty.answer(Ok(bytes))
    }

    fn refuse(mut self) {
        let _gone = self.duty.answer(Err(TransportError::Refused));
    }
}

impl Drop for MemoryResponder {
    #[inline]
    fn drop(&mut self) {
        if !self.duty.is_over {
            let _gone = self.duty.answer(Err(TransportError::Unanswered));
        }
    }
}

/// Answers one request with items.
pub struct MemoryItemSender {
    duty: Duty,
    pipe: Arc<Pipe<Bytes>>,
}

impl MemoryItemSender {
    fn end(&mut self, end: Result<(), TransportError>) -> Result<(), TransportError> {
        self.duty.is_over = true;
        let is_read = self.pipe.is_read();
        let woken = self.pipe.end(end);
        self.duty.desk.release(self.duty.key);
        woken.into_iter().for_each(core::task::Waker::wake);
        self.duty.closing.progress();
        if is_read { Ok(()) } else { Err(TransportError::Cancelled) }
    }
}

impl ItemSender for MemoryItemSender {
    fn cancelled(&mut self) -> impl Future<Output = ()> + Send {
        poll_fn(|cx| self.pipe.gone(cx.waker()))
    }

    async fn send(&mut self, bytes: Bytes) -> Result<(), TransportError> {
        check(bytes.len(), self.duty.limit)?;
        let mut bytes = Some(bytes);
        poll_fn(|cx| self.pipe.send(&mut bytes, cx.waker())).await
    }

    async fn finish(mut self) -> Result<(), TransportError> {
        self.end(Ok(()))
    }

    fn refuse(mut self) {
        let _gone = self.end(Err(TransportError::Refused));
    }
}

impl Drop for MemoryItemSender {
    fn drop(&mut self) {
        if !self.duty.is_over {
            let _gone = self.end(Err(TransportError::Unanswered));
        }
    }
}

macro_rules! debug {
    ($($name:ident)*) => {$(
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($name)).finish_non_exhaustive()
            }
        }
    )*};
}

debug! { MemoryIncoming MemoryResponder MemoryItemSender }
