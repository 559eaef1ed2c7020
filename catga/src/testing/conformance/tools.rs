use core::future::{Future, poll_fn};
use core::pin::pin;
use core::task::Poll;
use core::time::Duration;
use std::collections::HashMap;

use bytes::Bytes;
use futures_core::Stream;

use super::Backend;
use crate::transport::{Delivers, Delivery, Endpoint, Parcel, Subscription, TransportError};

/// How many duplicates there were, or what was broken.
pub(super) type Checked = Result<usize, String>;

pub(super) type Open<B> = super::backend::OpenedBy<B>;

/// The subscriptions of a backend.
pub(super) type Subscribed<B> = <<B as Backend>::Subscriber as Delivers>::Subscription;

/// Fails the scenario where this does not hold.
macro_rules! ensure {
    ($holds:expr, $($text:tt)*) => {
        if !$holds {
            return Err(format!($($text)*));
        }
    };
}
pub(super) use ensure;

/// The error of a transport as a scenario's.
pub(super) trait OrFail<T> {
    /// Says what was tried.
    fn or_fail(self, what: &str) -> Result<T, String>;
}

impl<T> OrFail<T> for Result<T, TransportError> {
    fn or_fail(self, what: &str) -> Result<T, String> {
        self.map_err(|error| format!("{what}: {error:?}"))
    }
}

/// A name that no other run has.
pub(super) fn name(of: &str) -> String {
    format!("conformance.{of}.{:016x}", fastrand::u64(..))
}

/// A grace that only the broken need all of; the clock stands still meanwhile.
pub(super) const GRACE: Duration = Duration::from_secs(3_600);

/// The n-th parcel: its id, and its id as bytes.
pub(super) fn parcel(id: u64) -> Parcel {
    Parcel::new(id, Bytes::copy_from_slice(&id.to_be_bytes()))
}

pub(super) async fn subscribe<B: Backend>(
    open: &Open<B>,
    endpoint: &str,
    group: &str,
) -> Result<Subscribed<B>, String> {
    open.subscriber.subscribe(Endpoint::new(endpoint), group).await.or_fail("subscribing")
}

pub(super) async fn publish<B: Backend>(open: &Open<B>, endpoint: &str, parcel: Parcel) -> Result<(), String> {
    open.publisher.publish(Endpoint::new(endpoint), parcel).await.or_fail("publishing")
}

/// The next delivery; there has to be one. What it brings has to be what was published under its id.
pub(super) async fn next<S: Subscription>(subscription: &mut S) -> Result<S::Delivery, String> {
    let delivery = match subscription.next().await {
        Some(delivery) => delivery.or_fail("the next delivery")?,
        None => return Err("the subscription ended".into()),
    };
    let Parcel { id, bytes, .. } = delivery.parcel();
    ensure!(**bytes == id.to_be_bytes(), "parcel {id} came with the bytes {bytes:?}");
    Ok(delivery)
}

/// The next delivery is this one, at this attempt.
pub(super) async fn expect<S: Subscription>(
    subscription: &mut S,
    id: u64,
    attempt: u32,
) -> Result<S::Delivery, String> {
    let delivery = next(subscription).await?;
    let (got, at) = (delivery.parcel().id, delivery.attempt());
    ensure!(
        (got, at) == (id, attempt),
        "parcel {id}, attempt {attempt}, was to come; parcel {got}, attempt {at}, came"
    );
    Ok(delivery)
}

pub(super) async fn ack<D: Delivery>(delivery: D) -> Result<(), String> {
    let id = delivery.parcel().id;
    delivery.ack().await.or_fail(&format!("acknowledging parcel {id}"))
}

/// What comes as often as this has no end.
pub(super) const ENDLESS: usize = 64;

/// How often each id has come.
#[derive(Debug, Default)]
pub(super) struct Seen(HashMap<u64, usize>);

impl Seen {
    /// Fails where one comes without end.
    pub(super) fn add(&mut self, id: u64) -> Result<(), String> {
        let times = self.0.entry(id).or_default();
        *times += 1;
        ensure!(*times < ENDLESS, "parcel {id} comes again and again");
        Ok(())
    }

    pub(super) fn has(&self, id: u64) -> bool {
        self.0.contains_key(&id)
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// All of these came; answers with how many came too often.
    pub(super) fn all(&self, ids: impl IntoIterator<Item = u64>) -> Checked {
        let lost: Vec<u64> = ids.into_iter().filter(|id| !self.has(*id)).collect();
        ensure!(lost.is_empty(), "{} lost: {:?}", lost.len(), &lost[..lost.len().min(8)]);
        Ok(self.0.values().map(|times| times - 1).sum())
    }
}

/// The last parcel of every scenario that counts: what comes before it comes too often.
pub(super) const SENTINEL: u64 = u64::MAX;

/// Publishes the sentinel and takes everything up to it; answers with how much that was. What follows a
/// sentinel in no key may overtake what was published before, but not what waits there already.
pub(super) async fn drain<B: Backend>(open: &Open<B>, endpoint: &str, subscription: &mut Subscribed<B>) -> Checked {
    publish::<B>(open, endpoint, parcel(SENTINEL)).await?;
    let mut extra = 0;
    loop {
        let delivery = next(subscription).await?;
        let id = delivery.parcel().id;
        ack(delivery).await?;
        if id == SENTINEL {
            return Ok(extra);
        }
        extra += 1;
        ensure!(extra < ENDLESS, "parcel {id} comes again and again");
    }
}

/// Polls a future so often that what is ready has gone through; it has to wait still.
pub(super) async fn waits<F: Future + Unpin>(future: &mut F) -> bool {
    for _ in 0..16 {
        if poll_fn(|cx| Poll::Ready(core::pin::Pin::new(&mut *future).poll(cx).is_ready())).await {
            return false;
        }
        pause().await;
    }
    true
}

/// Lets others go on.
pub(super) async fn pause() {
    let mut paused = false;
    poll_fn(|cx| {
        cx.waker().wake_by_ref();
        if core::mem::replace(&mut paused, true) { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
}

/// Both to their ends.
pub(super) async fn both<A, B>(first: impl Future<Output = A>, second: impl Future<Output = B>) -> (A, B) {
    let (mut first, mut second) = (pin!(first), pin!(second));
    let (mut a, mut b) = (None, None);
    poll_fn(|cx| {
        if a.is_none()
            && let Poll::Ready(output) = first.as_mut().poll(cx)
        {
            a = Some(output);
        }
        if b.is_none()
            && let Poll::Ready(output) = second.as_mut().poll(cx)
        {
            b = Some(output);
        }
        match (a.take(), b.take()) {
            (Some(first), Some(second)) => Poll::Ready((first, second)),
            (first, second) => {
                (a, b) = (first, second);
                Poll::Pending
            }
        }
    })
    .await
}

/// All to their ends, polled in their order.
pub(super) async fn all<T>(futures: impl IntoIterator<Item = impl Future<Output = T>>) -> Vec<T> {
    futures_util::future::join_all(futures).await
}

pub(super) async fn item<S: Stream + Unpin>(stream: &mut S) -> Option<S::Item> {
    poll_fn(|cx| core::pin::Pin::new(&mut *stream).poll_next(cx)).await
}
