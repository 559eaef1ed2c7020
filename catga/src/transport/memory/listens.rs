use core::fmt;
use core::future::{Future, poll_fn};
use core::task::{Poll, Waker};
use std::sync::Arc;

use bytes::Bytes;

use super::Memory;
use super::desk::{Desk, Taken};
use super::key::Key;
use super::pipe::Pipe;
use crate::time::{Clock, Timer};
use crate::transport::shared::listener::{Listener, Takes};
use crate::transport::shared::size::{check, check_name};
use crate::transport::{Answer, Endpoint, Incoming, ItemSender, Listens, Request, Responder, TransportError};

impl Takes for Desk {
    type Taken = Taken;

    fn listen(&self) -> Result<u64, TransportError> {
        self.listen()
    }

    fn leave(&self, listener: u64) {
        self.leave(listener);
    }

    #[inline]
    fn take(&self, listener: u64, waker: &Waker) -> Poll<Option<Taken>> {
        self.take(listener, waker)
    }

    fn stop_taking(&self, listener: u64) {
        self.stop_taking(listener);
    }
}

impl<C: Clock + Clone + 'static, T: Timer<Sleep: 'static> + Clone + 'static> Listens for Memory<C, T> {
    type Incoming = MemoryIncoming;

    async fn listen(&self, endpoint: Endpoint<'_>) -> Result<MemoryIncoming, TransportError> {
        let inner = &*self.inner;
        check_name(endpoint.name())?;
        let make = || Desk::new(inner.limits.in_flight, Arc::clone(&inner.closing));
        let desk = inner.desks.open(endpoint, &inner.closing, make)?;
        Ok(MemoryIncoming { listener: Listener::new(desk)?, limit: inner.limits.bytes })
    }
}

/// The requests of one endpoint.
pub struct MemoryIncoming {
    listener: Listener<Desk>,
    limit: usize,
}

impl Incoming for MemoryIncoming {
    type Responder = MemoryResponder;
    type Sender = MemoryItemSender;

    async fn next(&mut self) -> Option<Request<MemoryResponder, MemoryItemSender>> {
        let taken = self.listener.next().await?;
        let desk = Arc::clone(self.listener.place());
        let duty = Duty { desk, key: taken.key, limit: self.limit, is_over: false };
        let answer = match taken.pipe {
            None => Answer::One(MemoryResponder { duty }),
            Some(pipe) => Answer::Many(MemoryItemSender { duty, pipe }),
        };
        Some(Request { bytes: taken.bytes, answer })
    }
}

/// A slot that somebody is to answer.
struct Duty {
    desk: Arc<Desk>,
    key: Key,
    limit: usize,
    is_over: bool,
}

impl Duty {
    #[inline]
    fn answer(&mut self, answer: Result<Bytes, TransportError>) -> Result<(), TransportError> {
        self.is_over = true;
        self.desk.answer(self.key, answer)
    }
}

/// Answers one request with one piece.
pub struct MemoryResponder {
    duty: Duty,
}

impl Responder for MemoryResponder {
    fn limit(&self) -> usize {
        self.duty.limit
    }

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
        woken.into_iter().for_each(Waker::wake);
        if is_read { Ok(()) } else { Err(TransportError::Cancelled) }
    }
}

impl ItemSender for MemoryItemSender {
    fn limit(&self) -> usize {
        self.duty.limit
    }

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
