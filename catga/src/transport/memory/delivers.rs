use core::fmt;
use core::future::{Future, poll_fn};
use core::pin::Pin;
use core::task::Poll;
use core::time::Duration;
use std::sync::Arc;

use super::closing::Closing;
use super::group::Try;
use super::queue::{Found, Place, Queue};
use super::{Limits, Memory};
use crate::time::{Clock, Instant, Timer};
use crate::transport::shared::size::check_name;
use crate::transport::{Delivers, Delivery, Endpoint, Parcel, Subscription, TransportError};

/// A publisher who waits for room; dropping it leaves the line.
struct Publishing<'q> {
    queue: &'q Queue,
    ticket: Option<u64>,
}

impl Drop for Publishing<'_> {
    fn drop(&mut self) {
        if let Some(ticket) = self.ticket {
            self.queue.leave_line(ticket);
        }
    }
}

impl<C: Clock + Clone + 'static, T: Timer<Sleep: 'static> + Clone + 'static> Delivers for Memory<C, T> {
    type Subscription = MemorySubscription<C, T>;

    async fn publish(&self, endpoint: Endpoint<'_>, parcel: Parcel) -> Result<(), TransportError> {
        let inner = &*self.inner;
        inner.check(parcel.bytes.len())?;
        if inner.closing.has_begun() {
            return Err(TransportError::Closed);
        }
        let Some(queue) = inner.queues.find(endpoint) else { return Err(TransportError::NobodyListens) };
        let mut publishing = Publishing { queue: &queue, ticket: None };
        poll_fn(|cx| queue.publish(&mut publishing.ticket, &parcel, cx.waker())).await
    }

    async fn subscribe(&self, endpoint: Endpoint<'_>, group: &str) -> Result<MemorySubscription<C, T>, TransportError> {
        let inner = &*self.inner;
        check_name(endpoint.name())?;
        check_name(group)?;
        let Limits { queued, ack_deadline, .. } = inner.limits;
        let queue = inner.queues.find_or_make(endpoint, || Queue::new(queued, ack_deadline));
        // Now that it is there, as in `listen`.
        if inner.closing.has_begun() {
            return Err(TransportError::Closed);
        }
        let place = queue.subscribe(group)?;
        let closing = Arc::clone(&inner.closing);
        Ok(MemorySubscription { queue, closing, place, clock: inner.clock.clone(), timer: inner.timer.clone() })
    }
}

/// One subscriber of a group.
pub struct MemorySubscription<C, T> {
    queue: Arc<Queue>,
    closing: Arc<Closing>,
    place: Place,
    clock: C,
    timer: T,
}

/// A subscriber that waits.
struct Waiting<'s>(&'s Queue, Place);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.stop_waiting(self.1);
    }
}

impl<C: Clock + Clone + 'static, T: Timer<Sleep: 'static> + 'static> Subscription for MemorySubscription<C, T> {
    type Delivery = MemoryDelivery<C>;

    fn ack_deadline(&self) -> Option<Duration> {
        Some(self.queue.ack_deadline())
    }

    async fn next(&mut self) -> Option<Result<MemoryDelivery<C>, TransportError>> {
        let _waiting = Waiting(&self.queue, self.place);
        // The moment until which it sleeps, and the sleep.
        let mut sleep: Option<(Instant, Pin<Box<T::Sleep>>)> = None;
        let (attempt, parcel) = poll_fn(|cx| {
            loop {
                let now = self.clock.now();
                let due = match self.queue.take(self.place, now, cx.waker()) {
                    Found::Taken(attempt, parcel) => return Poll::Ready(Some((attempt, parcel))),
                    Found::Over => return Poll::Ready(None),
                    Found::Wait(due) => due,
                };
                let Some(due) = due else {
                    sleep = None;
                    return Poll::Pending;
                };
                if sleep.as_ref().is_none_or(|(until, _)| *until != due) {
                    sleep = Some((due, Box::pin(self.timer.sleep(due.since(now)))));
                }
                // A timer may be a little early; then the rest is slept.
                match sleep.as_mut().map(|(_, sleep)| sleep.as_mut().poll(cx)) {
                    Some(Poll::Pending) => return Poll::Pending,
                    Some(Poll::Ready(())) | None => sleep = None,
                }
            }
        })
        .await?;
        Some(Ok(MemoryDelivery {
            queue: Arc::clone(&self.queue),
            closing: Arc::clone(&self.closing),
            place: self.place,
            attempt,
            parcel,
            clock: self.clock.clone(),
        }))
    }
}

impl<C, T> Drop for MemorySubscription<C, T> {
    fn drop(&mut self) {
        self.queue.leave(self.place);
        self.closing.progress();
    }
}

/// One attempt at one parcel.
pub struct MemoryDelivery<C> {
    queue: Arc<Queue>,
    closing: Arc<Closing>,
    place: Place,
    attempt: Try,
    parcel: Parcel,
    clock: C,
}

impl<C: Clock + 'static> MemoryDelivery<C> {
    /// Gives it back unseen: it comes again at once, and this was no attempt.
    ///
    /// # Errors
    /// `Stale` where the deadline has passed: then it comes again anyway.
    pub fn give_back(self) -> Result<(), TransportError> {
        self.queue.give_back(self.place, self.attempt, self.clock.now())
    }
}

impl<C: Clock + 'static> Delivery for MemoryDelivery<C> {
    fn parcel(&self) -> &Parcel {
        &self.parcel
    }

    fn attempt(&self) -> u32 {
        self.attempt.attempt
    }

    async fn ack(self) -> Result<(), TransportError> {
        let acked = self.queue.ack(self.place, self.attempt, self.clock.now());
        self.closing.progress();
        acked
    }

    async fn refuse(self, after: Duration) -> Result<(), TransportError> {
        self.queue.refuse(self.place, self.attempt, self.clock.now(), after)
    }

    async fn extend(&mut self) -> Result<(), TransportError> {
        self.queue.extend(self.place, self.attempt, self.clock.now())
    }
}

impl<C, T> fmt::Debug for MemorySubscription<C, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemorySubscription").finish_non_exhaustive()
    }
}

impl<C> fmt::Debug for MemoryDelivery<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryDelivery").field("attempt", &self.attempt).finish_non_exhaustive()
    }
}
