use core::fmt;
use core::future::{Future, poll_fn};
use core::pin::{Pin, pin};
use core::task::{Context, Poll};
use core::time::Duration;
use std::sync::Arc;

use bytes::Bytes;
use futures_core::Stream;

use super::Memory;
use super::desk::Desk;
use super::key::Key;
use super::memory::Closing;
use super::pipe::Pipe;
use crate::time::{Clock, Timer};
use crate::transport::shared::budget::Budget;
use crate::transport::{Endpoint, Requests, TransportError};

/// One who asks: in line for a slot, then with one.
struct Asking<'d> {
    desk: &'d Desk,
    closing: &'d Closing,
    ticket: Option<u64>,
    key: Option<Key>,
}

impl<'d> Asking<'d> {
    const fn new(desk: &'d Desk, closing: &'d Closing) -> Self {
        Self { desk, closing, ticket: None, key: None }
    }

    /// Writes the request, if it is not written yet.
    fn enter(
        &mut self,
        bytes: &mut Bytes,
        pipe: Option<&Arc<Pipe<Bytes>>>,
        cx: &mut Context<'_>,
    ) -> Poll<Result<Key, TransportError>> {
        if let Some(key) = self.key {
            return Poll::Ready(Ok(key));
        }
        let entered = self.desk.enter(&mut self.ticket, bytes, pipe, cx.waker());
        if let Poll::Ready(Ok(key)) = entered {
            self.key = Some(key);
        }
        entered
    }
}

impl Drop for Asking<'_> {
    #[inline]
    fn drop(&mut self) {
        if let Some(ticket) = self.ticket {
            self.desk.leave_line(ticket);
        }
        if let Some(key) = self.key {
            self.desk.abandon(key);
            self.closing.progress();
        }
    }
}

impl<C: Clock + Clone + 'static, T: Timer<Sleep: 'static> + Clone + 'static> Requests for Memory<C, T> {
    type Items = MemoryItems<T>;

    async fn request(
        &self,
        endpoint: Endpoint<'_>,
        bytes: Bytes,
        budget: Option<Duration>,
    ) -> Result<Bytes, TransportError> {
        let inner = &*self.inner;
        inner.check(bytes.len())?;
        let Some(desk) = inner.desks.find(endpoint) else { return Err(nobody(inner.is_closing())) };
        let mut asking = Asking::new(&desk, &inner.closing);
        let mut budget = pin!(Budget::new(&inner.timer, budget));
        let mut bytes = bytes;
        poll_fn(|cx| {
            let was_written = asking.key.is_some();
            let answer = match asking.enter(&mut bytes, None, cx) {
                // It cannot be answered yet, and its waker is there.
                Poll::Ready(Ok(_)) if !was_written => Poll::Pending,
                Poll::Ready(Ok(key)) => desk.answered(key, cx.waker()),
                Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
                Poll::Pending => Poll::Pending,
            };
            if answer.is_ready() {
                // Its slot is another's now.
                asking.key = None;
                return answer;
            }
            match budget.as_mut().poll_over(cx) {
                Poll::Ready(()) if asking.key.is_none() => Poll::Ready(Err(TransportError::Expired)),
                Poll::Ready(()) => Poll::Ready(Err(TransportError::TimedOut)),
                Poll::Pending => Poll::Pending,
            }
        })
        .await
    }

    async fn request_many(
        &self,
        endpoint: Endpoint<'_>,
        bytes: Bytes,
        budget: Option<Duration>,
    ) -> Result<MemoryItems<T>, TransportError> {
        let inner = &*self.inner;
        inner.check(bytes.len())?;
        let Some(desk) = inner.desks.find(endpoint) else { return Err(nobody(inner.is_closing())) };
        let pipe = Arc::new(Pipe::new(inner.limits.items));
        // The one wait for the whole stream.
        let mut over = budget.map(|budget| Box::pin(inner.timer.sleep(budget)));
        let mut bytes = bytes;
        let mut asking = Asking::new(&desk, &inner.closing);
        let key = poll_fn(|cx| match asking.enter(&mut bytes, Some(&pipe), cx) {
            Poll::Ready(entered) => Poll::Ready(entered),
            Poll::Pending => match over.as_mut().map(|over| over.as_mut().poll(cx)) {
                Some(Poll::Ready(())) => Poll::Ready(Err(TransportError::Expired)),
                _ => Poll::Pending,
            },
        })
        .await?;
        asking.key = None;
        drop(asking);
        let closing = Arc::clone(&inner.closing);
        Ok(MemoryItems { desk, closing, key, pipe, over })
    }
}

#[cold]
const fn nobody(is_closing: bool) -> TransportError {
    if is_closing { TransportError::Closed } else { TransportError::NobodyListens }
}

/// The items of one answer; dropping it cancels the request.
pub struct MemoryItems<T: Timer> {
    desk: Arc<Desk>,
    closing: Arc<Closing>,
    key: Key,
    pipe: Arc<Pipe<Bytes>>,
    over: Option<Pin<Box<T::Sleep>>>,
}

impl<T: Timer> Stream for MemoryItems<T> {
    type Item = Result<Bytes, TransportError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let next = self.pipe.next(cx.waker());
        if next.is_pending()
            && let Some(over) = &mut self.over
            && over.as_mut().poll(cx).is_ready()
        {
            self.over = None;
            drop(self.pipe.leave());
            self.desk.abandon(self.key);
            self.closing.progress();
            return Poll::Ready(Some(Err(TransportError::TimedOut)));
        }
        next
    }
}

impl<T: Timer> Drop for MemoryItems<T> {
    fn drop(&mut self) {
        drop(self.pipe.leave());
        self.desk.abandon(self.key);
        self.closing.progress();
    }
}

impl<T: Timer> fmt::Debug for MemoryItems<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryItems").finish_non_exhaustive()
    }
}
