use core::fmt;
use core::pin::Pin;
use core::task::{Context, Poll, Waker};
use core::time::Duration;
use std::sync::Arc;

use bytes::Bytes;
use futures_core::Stream;

use super::Memory;
use super::desk::Desk;
use super::key::Key;
use super::pipe::Pipe;
use crate::time::{Clock, Timer};
use crate::transport::shared::caller::{Caller, Places};
use crate::transport::shared::items::{Items, Written};
use crate::transport::{Endpoint, Requests, TransportError};

impl Places for Desk {
    #[inline]
    fn answered(&self, key: Key, waker: &Waker) -> Poll<Result<Bytes, TransportError>> {
        self.answered(key, waker)
    }

    fn leave_line(&self, ticket: u64) {
        self.leave_line(ticket);
    }

    fn abandon(&self, key: Key) {
        self.abandon(key);
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
        let Some(desk) = inner.desks.find(endpoint) else { return Err(nobody(inner.closing.has_begun())) };
        let mut bytes = bytes;
        let caller = Caller::new(&*desk);
        caller.ask(&inner.timer, budget, |ticket, waker| desk.enter(ticket, &mut bytes, None, waker)).await
    }

    async fn request_many(
        &self,
        endpoint: Endpoint<'_>,
        bytes: Bytes,
        budget: Option<Duration>,
    ) -> Result<MemoryItems<T>, TransportError> {
        let inner = &*self.inner;
        inner.check(bytes.len())?;
        let Some(desk) = inner.desks.find(endpoint) else { return Err(nobody(inner.closing.has_begun())) };
        let pipe = Arc::new(Pipe::new(inner.limits.items));
        // The one wait for the whole stream.
        let mut over = budget.map(|budget| Box::pin(inner.timer.sleep(budget)));
        let mut bytes = bytes;
        let mut caller = Caller::new(&*desk);
        let enter = |ticket: &mut Option<u64>, waker: &Waker| desk.enter(ticket, &mut bytes, Some(&pipe), waker);
        let key = caller.write(&mut over, enter).await?;
        caller.hand_over();
        Ok(MemoryItems(Items::new(Entered { desk, key }, pipe, over)))
    }
}

#[cold]
const fn nobody(is_closing: bool) -> TransportError {
    if is_closing { TransportError::Closed } else { TransportError::NobodyListens }
}

/// A request for items.
struct Entered {
    desk: Arc<Desk>,
    key: Key,
}

impl Written for Entered {
    fn abandon(&self) {
        self.desk.abandon(self.key);
    }
}

/// The items of one answer; dropping it cancels the request.
pub struct MemoryItems<T: Timer>(Items<Entered, T>);

impl<T: Timer> Stream for MemoryItems<T> {
    type Item = Result<Bytes, TransportError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_next(cx)
    }
}

impl<T: Timer> fmt::Debug for MemoryItems<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryItems").finish_non_exhaustive()
    }
}
