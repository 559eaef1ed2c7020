use core::future::{Future, poll_fn};
use core::pin::{Pin, pin};
use core::task::{Context, Poll, Waker};
use core::time::Duration;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::{BufMut, BytesMut};

use super::served::Peer;
use crate::time::{Clock, Instant, Timer, nanos};
use crate::transport::framed::frame::{Frame, Settled};
use crate::transport::framed::name::Name;
use crate::transport::memory::{Memory, MemoryDelivery};
use crate::transport::shared::key::Key;
use crate::transport::shared::quota::Quota;
use crate::transport::shared::size::check;
use crate::transport::{Delivers as _, Delivery as _, Endpoint, Parcel, Subscription as _, TransportError};

/// How many deliveries may be sent to a subscription of a peer.
#[derive(Debug)]
pub(super) struct Feed {
    state: Mutex<(u32, Option<Waker>)>,
    window: u32,
}

impl Feed {
    /// With the credit that the peer gives; it never has more than `most`.
    pub(super) fn new(credit: u32, most: u32) -> Self {
        let window = credit.min(most);
        Self { state: Mutex::new((window, None)), window }
    }

    fn lock(&self) -> MutexGuard<'_, (u32, Option<Waker>)> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn credit(&self, more: u32) {
        let mut state = self.lock();
        state.0 = state.0.saturating_add(more).min(self.window);
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

/// The deliveries that a peer has and has not settled. Those that are left when it is gone come again at once, each
/// with the next attempt: nobody is there who could still settle them.
#[derive(Debug)]
pub(super) struct Unsettled<C: Clock + Clone + 'static> {
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

    fn insert(&self, at: (Key, u64), delivery: MemoryDelivery<C>, now: Instant, ack_deadline: Duration) {
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
                self.insert(at, delivery, self.clock.now(), ack_deadline);
                Ok(())
            }
            Settled::Forgotten => Ok(()),
        }
    }
}

impl<C: Clock + Clone + 'static> Drop for Unsettled<C> {
    fn drop(&mut self) {
        let left = core::mem::take(&mut *self.lock());
        for (delivery, _) in left.into_values() {
            // Where its deadline has passed it has come again by itself.
            let _stale = delivery.fail();
        }
    }
}

/// Publishes what a peer has sent, where there is room at once, and answers it. Hands the parcel back where it has to
/// wait.
pub(super) fn publish_now<C, T>(
    hub: &Memory<C, T>,
    peer: &Peer,
    key: Key,
    endpoint: &Name,
    parcel: Parcel,
    cx: &mut Context<'_>,
) -> Option<Parcel>
where
    C: Clock + Clone + 'static,
    T: Timer<Sleep: 'static> + Clone + 'static,
{
    let publishing = pin!(hub.publish(Endpoint::new(endpoint.as_str()), parcel.clone()));
    match publishing.poll(cx) {
        Poll::Ready(published) => {
            answer(peer, key, published);
            None
        }
        Poll::Pending => Some(parcel),
    }
}

/// Publishes what a peer has sent, once there is room, and answers it.
pub(super) async fn publish<C, T>(hub: Memory<C, T>, peer: Arc<Peer>, key: Key, endpoint: Name, parcel: Parcel)
where
    C: Clock + Clone + 'static,
    T: Timer<Sleep: 'static> + Clone + 'static,
{
    let published = hub.publish(Endpoint::new(endpoint.as_str()), parcel).await;
    answer(&peer, key, published);
}

fn answer(peer: &Peer, key: Key, published: Result<(), TransportError>) {
    let _gone = match published {
        Ok(()) => peer.answer(key, &[]),
        Err(error) => peer.fail(key, error),
    };
}

/// What has been taken for a peer and not been sent: nobody has seen it where it is dropped.
struct Unsent<C: Clock + 'static>(Option<MemoryDelivery<C>>);

impl<C: Clock + 'static> Drop for Unsent<C> {
    fn drop(&mut self) {
        if let Some(delivery) = self.0.take() {
            let _stale = delivery.give_back();
        }
    }
}

/// A subscription of a peer.
pub(super) struct Subscribed<C: Clock + Clone + 'static> {
    pub(super) peer: Arc<Peer>,
    pub(super) key: Key,
    pub(super) feed: Arc<Feed>,
    pub(super) unsettled: Arc<Unsettled<C>>,
    /// How many bytes may wait to be written to the peer before deliveries wait too.
    pub(super) buffer: usize,
    /// Of the groups that peers make.
    pub(super) groups: Arc<Quota>,
    pub(super) clock: C,
}

impl<C: Clock + Clone + 'static> Subscribed<C> {
    /// Sends the peer what its group gets, as far as it has given credit and reads.
    pub(super) async fn feed<T>(self, hub: Memory<C, T>, endpoint: Name, group: Name)
    where
        T: Timer<Sleep: 'static> + Clone + 'static,
    {
        let Self { peer, key, feed, unsettled, buffer, groups, clock } = self;
        let subscribed = hub.join(Endpoint::new(endpoint.as_str()), group.as_str(), Some(&groups));
        let mut subscription = match subscribed {
            Ok(subscription) => subscription,
            Err(error) => {
                let _gone = peer.fail(key, error);
                return;
            }
        };
        let ack_deadline = subscription.ack_deadline().unwrap_or(Duration::MAX);
        let mut told = BytesMut::new();
        told.put_u64(nanos(ack_deadline));
        told.put_u32(feed.window);
        peer.tell(&Frame::Answer(key, told.freeze()));
        let mut number = 0;
        loop {
            poll_fn(|cx| feed.poll_spend(cx.waker())).await;
            // As long as this one does not read, the others of its group get it.
            poll_fn(|cx| peer.out.poll_below(buffer, cx.waker())).await;
            let Some(Ok(delivery)) = subscription.next().await else { break };
            let now = clock.now();
            if let Err(error) = check(delivery.parcel().bytes.len(), peer.limit()) {
                // It stays, for one that takes it; the peer would be lost by the frame.
                let _stale = delivery.pass(ack_deadline);
                let _gone = peer.fail(key, error);
                return;
            }
            number += 1;
            let frame = Frame::Delivery(key, number, delivery.attempt(), delivery.parcel().clone());
            let mut unsent = Unsent(Some(delivery));
            let sent = poll_fn(|cx| {
                peer.out.put_below(buffer, cx.waker(), |out| {
                    // Before the peer can settle it.
                    if let Some(delivery) = unsent.0.take() {
                        unsettled.insert((key, number), delivery, now, ack_deadline);
                    }
                    frame.put(out);
                })
            });
            if sent.await.is_none() {
                break;
            }
        }
        let _gone = peer.end(key);
    }
}

/// Goes on with a future that was begun here; in a task of its own where it has to wait.
pub(super) fn begin_now<F: Future<Output = ()> + Send + 'static>(
    future: F,
    cx: &mut Context<'_>,
) -> Option<Pin<Box<F>>> {
    let mut future = Box::pin(future);
    future.as_mut().poll(cx).is_pending().then_some(future)
}
