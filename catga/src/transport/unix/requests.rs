use core::fmt;
use core::future::{Future, poll_fn};
use core::pin::{Pin, pin};
use core::task::{Context, Poll};
use core::time::Duration;
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use futures_core::Stream;

use super::client::{Inner, UnixClient};
use super::slots::{Asking, Slots};
use super::state::Asked;
use crate::time::Timer;
use crate::transport::framed::frame::{Frame, Name, put_request};
use crate::transport::shared::budget::Budget;
use crate::transport::shared::key::Key;
use crate::transport::shared::pipe::Pipe;
use crate::transport::{Endpoint, Requests, TransportError};

/// One who asks: in line, then with a slot. Dropping it leaves the line, or tells the server.
pub(super) struct Caller<'s> {
    slots: &'s Slots,
    ticket: Option<u64>,
    pub(super) key: Option<Key>,
}

impl<'s> Caller<'s> {
    pub(super) const fn new(slots: &'s Slots) -> Self {
        Self { slots, ticket: None, key: None }
    }

    pub(super) fn enter<P: FnOnce(&mut BytesMut, Key)>(
        &mut self,
        cx: &mut Context<'_>,
        asking: &mut Option<Asking<P>>,
        asked: impl FnOnce() -> Asked,
    ) -> Poll<Result<Key, TransportError>> {
        let entered = self.slots.enter(&mut self.ticket, cx.waker(), asking, asked);
        if let Poll::Ready(Ok(key)) = entered {
            self.key = Some(key);
        }
        entered
    }
}

impl Drop for Caller<'_> {
    fn drop(&mut self) {
        if let Some(ticket) = self.ticket {
            self.slots.leave_line(ticket);
        }
        if let Some(key) = self.key {
            self.slots.abandon(key);
        }
    }
}

impl<T: Timer> Inner<T> {
    /// Asks, and waits for the one answer.
    pub(super) async fn ask<P: FnOnce(&mut BytesMut, Key) + Send>(
        &self,
        asking: Asking<P>,
        budget: Option<Duration>,
    ) -> Result<Bytes, TransportError> {
        let mut caller = Caller::new(&self.slots);
        let mut asking = Some(asking);
        let mut budget = pin!(Budget::new(&self.timer, budget));
        poll_fn(|cx| {
            let answer = match caller.key {
                Some(key) => self.slots.answered(key, cx.waker()),
                None => {
                    let waker = cx.waker().clone();
                    match caller.enter(cx, &mut asking, || Asked::Waiting(Some(waker))) {
                        // It cannot be answered yet, and its waker is there.
                        Poll::Ready(Ok(_)) | Poll::Pending => Poll::Pending,
                        Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
                    }
                }
            };
            if answer.is_ready() {
                // Its slot is another's now.
                caller.key = None;
                return answer;
            }
            match budget.as_mut().poll_over(cx) {
                Poll::Ready(()) if caller.key.is_none() => Poll::Ready(Err(TransportError::Expired)),
                Poll::Ready(()) => Poll::Ready(Err(TransportError::TimedOut)),
                Poll::Pending => Poll::Pending,
            }
        })
        .await
    }
}

pub(super) fn check_name(name: &str) -> Result<(), TransportError> {
    let (bytes, limit) = (name.len(), Endpoint::LONGEST);
    if bytes > limit { Err(TransportError::TooLarge { bytes, limit }) } else { Ok(()) }
}

impl<T: Timer<Sleep: 'static> + Clone + 'static> Requests for UnixClient<T> {
    type Items = UnixItems<T>;

    async fn request(
        &self,
        endpoint: Endpoint<'_>,
        bytes: Bytes,
        budget: Option<Duration>,
    ) -> Result<Bytes, TransportError> {
        check_name(endpoint.name())?;
        let put = |out: &mut BytesMut, key| put_request(out, key, endpoint.name(), &bytes);
        self.inner.ask(Asking { bytes: bytes.len(), settles: false, put }, budget).await
    }

    async fn request_many(
        &self,
        endpoint: Endpoint<'_>,
        bytes: Bytes,
        budget: Option<Duration>,
    ) -> Result<UnixItems<T>, TransportError> {
        check_name(endpoint.name())?;
        let inner = &*self.inner;
        let window = inner.limits.items.max(1);
        let pipe = Arc::new(Pipe::new(window as usize));
        let mut over = budget.map(|budget| Box::pin(inner.timer.sleep(budget)));
        let length = bytes.len();
        let put = |out: &mut BytesMut, key| {
            Frame::RequestMany(key, Name::new(endpoint.name()), window, bytes).put(out);
        };
        let mut asking = Some(Asking { bytes: length, settles: false, put });
        let mut caller = Caller::new(&inner.slots);
        let key = poll_fn(|cx| {
            if let Poll::Ready(entered) = caller.enter(cx, &mut asking, || Asked::Items(Arc::clone(&pipe))) {
                return Poll::Ready(entered);
            }
            match over.as_mut().map(|over| over.as_mut().poll(cx)) {
                Some(Poll::Ready(())) => Poll::Ready(Err(TransportError::Expired)),
                _ => Poll::Pending,
            }
        })
        .await?;
        // From here on it is the stream's.
        caller.key = None;
        let credit = Credit { slots: Arc::clone(&inner.slots), key, window, read: 0 };
        Ok(UnixItems { credit, pipe, over })
    }
}

/// What was read of what a server may send, and has not been given back to it.
#[derive(Debug)]
pub(super) struct Credit {
    pub(super) slots: Arc<Slots>,
    pub(super) key: Key,
    pub(super) window: u32,
    pub(super) read: u32,
}

impl Credit {
    /// One more was read. Half a window goes back at a time.
    pub(super) fn read_one(&mut self) {
        self.read += 1;
        if self.read >= self.window.div_ceil(2) {
            self.slots.say(self.key, &Frame::Credit(self.key, self.read));
            self.read = 0;
        }
    }
}

/// The items of one answer; dropping it cancels the request.
pub struct UnixItems<T: Timer> {
    credit: Credit,
    pipe: Arc<Pipe<Bytes>>,
    over: Option<Pin<Box<T::Sleep>>>,
}

impl<T: Timer> Stream for UnixItems<T> {
    type Item = Result<Bytes, TransportError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let next = self.pipe.next(cx.waker());
        if let Poll::Ready(Some(Ok(_))) = next {
            self.credit.read_one();
        }
        if next.is_pending()
            && let Some(over) = &mut self.over
            && over.as_mut().poll(cx).is_ready()
        {
            self.over = None;
            drop(self.pipe.leave());
            self.credit.slots.abandon(self.credit.key);
            return Poll::Ready(Some(Err(TransportError::TimedOut)));
        }
        next
    }
}

impl<T: Timer> Drop for UnixItems<T> {
    fn drop(&mut self) {
        drop(self.pipe.leave());
        self.credit.slots.abandon(self.credit.key);
    }
}

impl<T: Timer> fmt::Debug for UnixItems<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnixItems").field("credit", &self.credit).finish_non_exhaustive()
    }
}
