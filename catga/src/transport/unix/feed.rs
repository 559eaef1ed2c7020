use core::future::{Future, poll_fn};
use core::task::{Poll, Waker};
use core::time::Duration;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;

use super::served::Peer;
use crate::time::{Clock, Instant, Timer};
use crate::transport::framed::frame::{Frame, Settled};
use crate::transport::framed::name::Name;
use crate::transport::memory::{Memory, MemoryDelivery};
use crate::transport::shared::key::Key;
use crate::transport::{Delivers as _, Delivery as _, Endpoint, Parcel, Subscription as _, TransportError};

/// How many deliveries may be sent to a subscription of a peer.
#[derive(Debug, Default)]
pub(super) struct Feed {
    state: Mutex<(u32, Option<Waker>)>,
}

impl Feed {
    pub(super) fn new(credit: u32) -> Self {
        Self { state: Mutex::new((credit, None)) }
    }

    fn lock(&self) -> MutexGuard<'_, (u32, Option<Waker>)> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn credit(&self, more: u32) {
        let mut state = self.lock();
        state.0 = state.0.saturating_add(more);
        let waker = state.1.take();
        drop(state);
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    fn poll_spend(&self, waker: &Waker) -> Poll<()> {
        let mut state = self.lock();
        if state.0 > 0 {
            state.0 -= 1;
            return Poll::Ready(());
        }
        state.1 = Some(waker.clone());
        Poll::Pending
    }
}

/// By subscription and number, and until when.
type Held<C> = HashMap<(Key, u64), (MemoryDelivery<C>, Instant)>;

/// The deliveries that a peer has and has not settled.
#[derive(Debug)]
pub(super) struct Unsettled<C> {
    deliveries: Mutex<Held<C>>,
    /// From so many on, those whose deadline has passed are looked for.
    many: usize,
    clock: C,
}

impl<C: Clock + Clone + 'static> Unsettled<C> {
    pub(super) fn new(clock: C, many: usize) -> Self {
        Self { deliveries: Mutex::default(), many, clock }
    }

    fn lock(&self) -> MutexGuard<'_, Held<C>> {
        self.deliveries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn insert(&self, at: (Key, u64), delivery: MemoryDelivery<C>, ack_deadline: Duration) {
        let now = self.clock.now();
        let mut deliveries = self.lock();
        if deliveries.len() >= self.many {
            deliveries.retain(|_, (_, until)| *until > now);
        }
        deliveries.insert(at, (delivery, now.later(ack_deadline)));
    }

    /// What a peer says of a delivery.
    pub(super) async fn settle(
        &self,
        at: (Key, u64),
        settled: Settled,
        ack_deadline: Duration,
    ) -> Result<(), TransportError> {
        let Some((mut delivery, _)) = self.lock().remove(&at) else { return Err(TransportError::Stale) };
        match settled {
            Settled::Acked => delivery.ack().await,
            Settled::Refused(after) => delivery.refuse(after).await,
            Settled::Unseen => delivery.give_back(),
            Settled::Extended => {
                delivery.extend().await?;
                self.insert(at, delivery, ack_deadline);
                Ok(())
            }
            Settled::Forgotten => Ok(()),
        }
    }
}

/// Publishes what a peer has sent, and answers it.
pub(super) async fn publish<C, T>(hub: Memory<C, T>, peer: Arc<Peer>, key: Key, endpoint: Name, parcel: Parcel)
where
    C: Clock + Clone + 'static,
    T: Timer<Sleep: 'static> + Clone + 'static,
{
    let published = hub.publish(Endpoint::new(endpoint.as_str()), parcel).await;
    let _gone = match published {
        Ok(()) => peer.answer(key, &[]),
        Err(error) => peer.fail(key, error),
    };
}

/// Sends a peer what its group gets, as far as it has given credit.
pub(super) async fn feed<C, T>(
    hub: Memory<C, T>,
    peer: Arc<Peer>,
    unsettled: Arc<Unsettled<C>>,
    feed: Arc<Feed>,
    key: Key,
    names: (Name, Name),
) where
    C: Clock + Clone + 'static,
    T: Timer<Sleep: 'static> + Clone + 'static,
{
    let (endpoint, group) = names;
    let mut subscription = match hub.subscribe(Endpoint::new(endpoint.as_str()), group.as_str()).await {
        Ok(subscription) => subscription,
        Err(error) => {
            let _gone = peer.fail(key, error);
            return;
        }
    };
    let ack_deadline = subscription.ack_deadline().unwrap_or(Duration::MAX);
    let deadline = Bytes::copy_from_slice(&crate::time::nanos(ack_deadline).to_be_bytes());
    peer.tell(&Frame::Answer(key, deadline));
    let mut number = 0;
    loop {
        poll_fn(|cx| feed.poll_spend(cx.waker())).await;
        let Some(Ok(delivery)) = subscription.next().await else { break };
        number += 1;
        let frame = Frame::Delivery(key, number, delivery.attempt(), delivery.parcel().clone());
        unsettled.insert((key, number), delivery, ack_deadline);
        peer.tell(&frame);
    }
    let _gone = peer.end(key);
}

/// Goes on with a future that was begun here; in a task of its own where it has to wait.
pub(super) fn begin_now<F: Future<Output = ()> + Send + 'static>(
    future: F,
    cx: &mut core::task::Context<'_>,
) -> Option<core::pin::Pin<Box<F>>> {
    let mut future = Box::pin(future);
    future.as_mut().poll(cx).is_pending().then_some(future)
}
