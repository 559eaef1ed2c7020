use core::fmt;
use core::pin::Pin;
use core::task::{Context, Poll, Waker};
use core::time::Duration;
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use futures_core::Stream;

use super::client::{Inner, UnixClient};
use super::slots::{Asking, Slots};
use super::state::Asked;
use crate::time::Timer;
use crate::transport::framed::frame::{Frame, put_request};
use crate::transport::framed::name::Name;
use crate::transport::shared::caller::{Caller, Places};
use crate::transport::shared::items::{Items, Written};
use crate::transport::shared::key::Key;
use crate::transport::shared::pipe::Pipe;
use crate::transport::shared::size::check_name;
use crate::transport::{Endpoint, Requests, TransportError};

impl Places for Slots {
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

impl<T: Timer> Inner<T> {
    /// Asks, and waits for the one answer.
    pub(super) async fn ask<P: FnOnce(&mut BytesMut, Key) + Send>(
        &self,
        asking: Asking<P>,
        budget: Option<Duration>,
    ) -> Result<Bytes, TransportError> {
        let mut asking = Some(asking);
        let enter = |ticket: &mut Option<u64>, waker: &Waker| {
            self.slots.enter(ticket, waker, &mut asking, || Asked::Waiting(Some(waker.clone())))
        };
        Caller::new(&*self.slots).ask(&self.timer, budget, enter).await
    }
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
        let mut caller = Caller::new(&*inner.slots);
        let enter = |ticket: &mut Option<u64>, waker: &Waker| {
            inner.slots.enter(ticket, waker, &mut asking, || Asked::Items(Arc::clone(&pipe)))
        };
        let key = caller.write(&mut over, enter).await?;
        caller.hand_over();
        let credit = Credit { slots: Arc::clone(&inner.slots), key, window, read: 0 };
        Ok(UnixItems(Items::new(credit, pipe, over)))
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

impl Written for Credit {
    /// Half a window goes back at a time.
    fn read_one(&mut self) {
        self.read += 1;
        if self.read >= self.window.div_ceil(2) {
            self.slots.say(self.key, &Frame::Credit(self.key, self.read));
            self.read = 0;
        }
    }

    fn abandon(&self) {
        self.slots.abandon(self.key);
    }
}

/// The items of one answer; dropping it cancels the request.
pub struct UnixItems<T: Timer>(Items<Credit, T>);

impl<T: Timer> Stream for UnixItems<T> {
    type Item = Result<Bytes, TransportError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_next(cx)
    }
}

impl<T: Timer> fmt::Debug for UnixItems<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnixItems").finish_non_exhaustive()
    }
}
