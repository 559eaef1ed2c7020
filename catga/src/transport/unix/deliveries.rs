use core::fmt;
use core::future::poll_fn;
use core::pin::Pin;
use core::task::{Poll, Waker};
use core::time::Duration;
use std::sync::Arc;

use bytes::{Buf, Bytes, BytesMut};

use super::client::{Inner, UnixClient};
use super::requests::Credit;
use super::slots::Asking;
use super::state::Asked;
use crate::time::Timer;
use crate::transport::framed::frame::{Frame, Settled};
use crate::transport::framed::name::Name;
use crate::transport::shared::caller::Caller;
use crate::transport::shared::items::Written as _;
use crate::transport::shared::key::Key;
use crate::transport::shared::pipe::Pipe;
use crate::transport::shared::size::check_name;
use crate::transport::{Delivers, Delivery, Endpoint, Parcel, Subscription, TransportError};

/// What arrives for a subscription.
#[derive(Debug)]
pub(super) enum Arrived {
    /// First of all: it has subscribed, how long a delivery may take, and how many are sent before they are read.
    Subscribed(Bytes),
    Delivery {
        number: u64,
        attempt: u32,
        parcel: Parcel,
    },
}

impl<T: Timer<Sleep: 'static> + Clone + 'static> Delivers for UnixClient<T> {
    type Subscription = UnixSubscription<T>;

    async fn publish(&self, endpoint: Endpoint<'_>, parcel: Parcel) -> Result<(), TransportError> {
        check_name(endpoint.name())?;
        let bytes = parcel.bytes.len();
        let put = |out: &mut BytesMut, key| Frame::Publish(key, Name::new(endpoint.name()), parcel).put(out);
        self.inner.ask(Asking { bytes, settles: false, put }, None).await.map(drop)
    }

    async fn subscribe(&self, endpoint: Endpoint<'_>, group: &str) -> Result<UnixSubscription<T>, TransportError> {
        check_name(endpoint.name())?;
        check_name(group)?;
        let inner = &*self.inner;
        let window = inner.limits.prefetch.max(1);
        // One more, for the word that it has subscribed.
        let pipe = Arc::new(Pipe::new(window as usize + 1));
        let put = |out: &mut BytesMut, key| {
            Frame::Subscribe(key, Name::new(endpoint.name()), Name::new(group), window).put(out);
        };
        let mut asking = Some(Asking { bytes: 0, settles: false, put });
        let mut caller = Caller::new(&*inner.slots);
        let enter = |ticket: &mut Option<u64>, waker: &Waker| {
            inner.slots.enter(ticket, waker, &mut asking, || Asked::Deliveries(Arc::clone(&pipe)))
        };
        let key = caller.write(&mut None::<Pin<Box<T::Sleep>>>, enter).await?;
        caller.hand_over();
        let credit = Credit { slots: Arc::clone(&inner.slots), key, window, read: 0 };
        let mut arriving = Arriving { credit, pipe };
        let (ack_deadline, window) = match poll_fn(|cx| arriving.pipe.next(cx.waker())).await {
            Some(Ok(Arrived::Subscribed(mut bytes))) => {
                let nanos = bytes.try_get_u64().map_err(|_| TransportError::Incompatible)?;
                // It may be fewer than were asked for.
                let window = bytes.try_get_u32().map_err(|_| TransportError::Incompatible)?;
                (Duration::from_nanos(nanos), window.max(1))
            }
            Some(Ok(Arrived::Delivery { .. })) => return Err(TransportError::Incompatible),
            Some(Err(error)) => return Err(error),
            None => return Err(TransportError::Closed),
        };
        arriving.credit.window = window;
        Ok(UnixSubscription { inner: Arc::clone(&self.inner), arriving, ack_deadline })
    }
}

/// What comes for a subscription, as who reads it holds it.
#[derive(Debug)]
struct Arriving {
    credit: Credit,
    pipe: Arc<Pipe<Arrived>>,
}

impl Drop for Arriving {
    fn drop(&mut self) {
        let unread = self.pipe.leave();
        self.credit.abandon();
        // What nobody has seen need not wait for its deadline.
        for arrived in unread {
            if let Arrived::Delivery { number, .. } = arrived {
                self.credit.slots.tell(&unseen(self.credit.key, number));
            }
        }
    }
}

/// One subscriber of a group that a server keeps.
pub struct UnixSubscription<T: Timer> {
    inner: Arc<Inner<T>>,
    arriving: Arriving,
    ack_deadline: Duration,
}

impl<T: Timer<Sleep: 'static> + Clone + 'static> Subscription for UnixSubscription<T> {
    type Delivery = UnixDelivery<T>;

    fn ack_deadline(&self) -> Option<Duration> {
        Some(self.ack_deadline)
    }

    async fn next(&mut self) -> Option<Result<UnixDelivery<T>, TransportError>> {
        let arrived = poll_fn(|cx| match self.arriving.pipe.next(cx.waker()) {
            Poll::Ready(Some(Ok(Arrived::Subscribed(_)))) => Poll::Ready(Some(Err(TransportError::Incompatible))),
            next => next,
        });
        Some(match arrived.await? {
            Ok(Arrived::Delivery { number, attempt, parcel }) => {
                self.arriving.credit.read_one();
                let (inner, subscription) = (Arc::clone(&self.inner), self.arriving.credit.key);
                Ok(UnixDelivery { inner, subscription, number, attempt, parcel, is_settled: false })
            }
            Ok(Arrived::Subscribed(_)) => Err(TransportError::Incompatible),
            Err(error) => Err(error),
        })
    }
}

/// The key of those who wait for no answer.
pub(super) const NOBODY: Key = Key { slot: u32::MAX, generation: u32::MAX };

/// Nobody has looked at this delivery, or will.
pub(super) fn unseen(subscription: Key, number: u64) -> Frame {
    Frame::Settle(NOBODY, subscription, number, Settled::Unseen)
}

/// One attempt at one parcel.
pub struct UnixDelivery<T: Timer> {
    inner: Arc<Inner<T>>,
    subscription: Key,
    number: u64,
    attempt: u32,
    parcel: Parcel,
    is_settled: bool,
}

impl<T: Timer> UnixDelivery<T> {
    async fn settle(&self, settled: Settled) -> Result<(), TransportError> {
        let (subscription, number) = (self.subscription, self.number);
        let put = move |out: &mut BytesMut, key| Frame::Settle(key, subscription, number, settled).put(out);
        self.inner.ask(Asking { bytes: 0, settles: true, put }, None).await.map(drop)
    }
}

impl<T: Timer<Sleep: 'static> + Clone + 'static> Delivery for UnixDelivery<T> {
    fn parcel(&self) -> &Parcel {
        &self.parcel
    }

    fn attempt(&self) -> u32 {
        self.attempt
    }

    async fn ack(mut self) -> Result<(), TransportError> {
        let settled = self.settle(Settled::Acked).await;
        self.is_settled = settled.is_ok();
        settled
    }

    async fn refuse(mut self, after: Duration) -> Result<(), TransportError> {
        let settled = self.settle(Settled::Refused(after)).await;
        self.is_settled = settled.is_ok();
        settled
    }

    async fn extend(&mut self) -> Result<(), TransportError> {
        self.settle(Settled::Extended).await
    }
}

impl<T: Timer> Drop for UnixDelivery<T> {
    fn drop(&mut self) {
        if !self.is_settled {
            let settle = Frame::Settle(NOBODY, self.subscription, self.number, Settled::Forgotten);
            self.inner.slots.tell(&settle);
        }
    }
}

impl<T: Timer> fmt::Debug for UnixSubscription<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnixSubscription").field("credit", &self.arriving.credit).finish_non_exhaustive()
    }
}

impl<T: Timer> fmt::Debug for UnixDelivery<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnixDelivery").field("attempt", &self.attempt).finish_non_exhaustive()
    }
}
