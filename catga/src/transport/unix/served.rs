use core::hash::BuildHasherDefault;
use core::task::{Poll, Waker};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use tokio::task::AbortHandle;

use super::feed::Feed;
use super::inbox::Inbox;
use crate::transport::TransportError;
use crate::transport::framed::frame::{Frame, put_answer};
use crate::transport::framed::out::Out;
use crate::transport::shared::closing::Closing;
use crate::transport::shared::key::Key;
use crate::transport::shared::registry::Given;

/// A peer of a server: what it has asked and not been answered, and the way to it.
///
/// The lock of the buffer is taken inside of this one. Wakers are woken outside of it.
#[derive(Debug)]
pub(super) struct Peer {
    pub(super) out: Out,
    state: Mutex<State>,
    /// Who wants to know that something was finished.
    closing: Arc<Closing>,
    /// The most bytes that a frame to it may carry.
    limit: usize,
}

#[derive(Debug, Default)]
struct State {
    /// By slot.
    served: HashMap<u32, Served, BuildHasherDefault<Given>>,
    /// How many of them are subscriptions.
    subscriptions: usize,
}

#[derive(Debug)]
struct Served {
    generation: u32,
    what: What,
    /// Who answers, and waits for credit or to know that the peer has gone.
    watcher: Option<Waker>,
}

#[derive(Debug)]
enum What {
    One(Arc<Inbox>),
    /// And how many items may be sent.
    Many(Arc<Inbox>, u32),
    /// A parcel that waits for room.
    Publish(Option<AbortHandle>),
    Subscription(Arc<Feed>, Option<AbortHandle>),
}

impl Peer {
    pub(super) fn new(closing: Arc<Closing>, limit: usize) -> Self {
        Self { out: Out::default(), state: Mutex::default(), closing, limit }
    }

    pub(super) const fn limit(&self) -> usize {
        self.limit
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing that may panic runs under the lock.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A request has come. An error is a peer that breaks the rules: more in flight than it may, or a slot
    /// used twice.
    fn begin(&self, key: Key, in_flight: u32, what: What) -> Result<(), TransportError> {
        let mut state = self.lock();
        let is_subscription = matches!(what, What::Subscription(..));
        if !is_subscription && state.asked() >= in_flight as usize {
            return Err(TransportError::Incompatible);
        }
        match state.served.entry(key.slot) {
            Entry::Occupied(_) => return Err(TransportError::Incompatible),
            Entry::Vacant(free) => free.insert(Served { generation: key.generation, what, watcher: None }),
        };
        state.subscriptions += usize::from(is_subscription);
        Ok(())
    }

    pub(super) fn begin_one(&self, key: Key, in_flight: u32, inbox: &Arc<Inbox>) -> Result<(), TransportError> {
        self.begin(key, in_flight, What::One(Arc::clone(inbox)))
    }

    pub(super) fn begin_many(
        &self,
        key: Key,
        in_flight: u32,
        inbox: &Arc<Inbox>,
        credit: u32,
    ) -> Result<(), TransportError> {
        self.begin(key, in_flight, What::Many(Arc::clone(inbox), credit))
    }

    pub(super) fn begin_publish(&self, key: Key, in_flight: u32) -> Result<(), TransportError> {
        self.begin(key, in_flight, What::Publish(None))
    }

    /// How many subscriptions there may be is for who begins them to look at.
    pub(super) fn begin_feed(&self, key: Key, feed: &Arc<Feed>) -> Result<(), TransportError> {
        self.begin(key, 0, What::Subscription(Arc::clone(feed), None))
    }

    pub(super) fn subscriptions(&self) -> usize {
        self.lock().subscriptions
    }

    /// What is to be aborted when the peer cancels.
    pub(super) fn abort_with(&self, key: Key, handle: AbortHandle) {
        let mut state = self.lock();
        // It may have ended already.
        if let Some(served) = state.served(key)
            && let What::Publish(abort) | What::Subscription(_, abort) = &mut served.what
        {
            *abort = Some(handle);
        }
    }

    /// Answers, and ends the request.
    pub(super) fn answer(&self, key: Key, bytes: &[u8]) -> Result<(), TransportError> {
        self.finish(key, |out| out.put(|out| put_answer(out, key, bytes)))
    }

    /// Ends the request with an error.
    pub(super) fn fail(&self, key: Key, error: TransportError) -> Result<(), TransportError> {
        self.finish(key, |out| out.put(|out| Frame::Error(key, error).put(out)))
    }

    /// Ends a request for items.
    pub(super) fn end(&self, key: Key) -> Result<(), TransportError> {
        self.finish(key, |out| out.put(|out| Frame::End(key).put(out)))
    }

    fn finish(&self, key: Key, put: impl FnOnce(&Out) -> Option<u64>) -> Result<(), TransportError> {
        let mut state = self.lock();
        let Some(served) = state.remove(key) else { return Err(TransportError::Cancelled) };
        let put = put(&self.out);
        drop(state);
        drop(served);
        self.closing.progress();
        put.map(drop).ok_or(TransportError::Cancelled)
    }

    /// Says something to a peer that has no slot for it.
    pub(super) fn tell(&self, frame: &Frame) {
        let _lost = self.out.put(|out| frame.put(out));
    }

    /// Sends an item, once there is credit for it and room.
    pub(super) fn send(
        &self,
        key: Key,
        item: &mut Bytes,
        buffer: usize,
        waker: &Waker,
    ) -> Poll<Result<(), TransportError>> {
        let mut state = self.lock();
        let Some(served) = state.served(key) else { return Poll::Ready(Err(TransportError::Cancelled)) };
        let What::Many(_, credit) = &mut served.what else { return Poll::Ready(Err(TransportError::Cancelled)) };
        if *credit == 0 {
            let old = served.watcher.replace(waker.clone());
            drop(state);
            drop(old);
            return Poll::Pending;
        }
        match self.out.poll_below(buffer, waker) {
            Poll::Ready(true) => {}
            Poll::Ready(false) => return Poll::Ready(Err(TransportError::Cancelled)),
            Poll::Pending => {
                // The peer may cancel meanwhile.
                let old = served.watcher.replace(waker.clone());
                drop(state);
                drop(old);
                return Poll::Pending;
            }
        }
        *credit -= 1;
        let item = core::mem::take(item);
        let put = self.out.put(|out| Frame::Item(key, item).put(out));
        Poll::Ready(put.map(drop).ok_or(TransportError::Cancelled))
    }

    /// The peer reads on.
    pub(super) fn credit(&self, key: Key, more: u32) {
        let mut state = self.lock();
        let Some(served) = state.served(key) else { return };
        let (watcher, feed) = match &mut served.what {
            What::Many(_, credit) => {
                *credit = credit.saturating_add(more);
                (served.watcher.take(), None)
            }
            What::Subscription(feed, _) => (None, Some(Arc::clone(feed))),
            What::One(_) | What::Publish(_) => (None, None),
        };
        drop(state);
        if let Some(feed) = feed {
            feed.credit(more);
        }
        if let Some(watcher) = watcher {
            watcher.wake();
        }
    }

    /// Whether the peer has gone, or wants this no more.
    pub(super) fn gone(&self, key: Key, waker: &Waker) -> Poll<()> {
        let mut state = self.lock();
        let Some(served) = state.served(key) else { return Poll::Ready(()) };
        let old = served.watcher.replace(waker.clone());
        drop(state);
        drop(old);
        Poll::Pending
    }

    /// The peer wants this no more.
    pub(super) fn cancel(&self, key: Key) {
        let removed = self.lock().remove(key);
        if let Some(served) = removed {
            self.drop_served(key, served);
            self.closing.progress();
        }
    }

    /// The connection has ended: nobody wants anything any more.
    pub(super) fn lose(&self) {
        self.out.close();
        let State { served: all, .. } = core::mem::take(&mut *self.lock());
        for (slot, served) in all {
            let key = Key { slot, generation: served.generation };
            self.drop_served(key, served);
        }
        self.closing.progress();
    }

    fn drop_served(&self, key: Key, served: Served) {
        match served.what {
            What::One(inbox) | What::Many(inbox, _) => inbox.remove(self, key),
            What::Publish(abort) | What::Subscription(_, abort) => {
                abort.iter().for_each(AbortHandle::abort);
            }
        }
        if let Some(watcher) = served.watcher {
            watcher.wake();
        }
    }

    /// How many requests are not answered; subscriptions have no end of their own.
    pub(super) fn pending(&self) -> usize {
        self.lock().asked()
    }
}

impl State {
    fn served(&mut self, key: Key) -> Option<&mut Served> {
        self.served.get_mut(&key.slot).filter(|served| served.generation == key.generation)
    }

    fn remove(&mut self, key: Key) -> Option<Served> {
        self.served(key)?;
        let removed = self.served.remove(&key.slot)?;
        self.subscriptions -= usize::from(matches!(removed.what, What::Subscription(..)));
        Some(removed)
    }

    fn asked(&self) -> usize {
        self.served.len() - self.subscriptions
    }
}
