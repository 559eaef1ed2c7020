use core::fmt;
use core::future::{Future, poll_fn};
use core::pin::Pin;
use core::task::{Context, Poll, Waker};
use core::time::Duration;
use std::sync::Arc;

use super::closing::Closing;
use super::group::Try;
use super::queue::{Found, Place, Put, Queue};
use super::{Limits, Memory};
use crate::time::{Clock, Instant, Timer};
use crate::transport::shared::quota::Quota;
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
        let mut alarm = Alarm::new(&inner.clock, &inner.timer);
        let published = poll_fn(|cx| {
            alarm.poll(cx, |now, waker| match queue.publish(&mut publishing.ticket, &parcel, now, waker) {
                Put::Done(published) => Found::Is(published),
                Put::Wait(due) => Found::Wait(due),
            })
        })
        .await;
        if published == Err(TransportError::NobodyListens) {
            inner.queues.retain(|queue| !queue.retire());
        }
        published
    }

    async fn subscribe(&self, endpoint: Endpoint<'_>, group: &str) -> Result<MemorySubscription<C, T>, TransportError> {
        self.join(endpoint, group, None)
    }
}

impl<C: Clock + Clone, T: Clone> Memory<C, T> {
    /// Becomes a subscriber of a group; where it is new, its place is one of the quota's.
    ///
    /// # Errors
    /// `Closed`, `TooLarge` where a name is too long, and `Refused` where the quota has no place left.
    pub(in crate::transport) fn join(
        &self,
        endpoint: Endpoint<'_>,
        group: &str,
        quota: Option<&Arc<Quota>>,
    ) -> Result<MemorySubscription<C, T>, TransportError> {
        let inner = &*self.inner;
        check_name(endpoint.name())?;
        check_name(group)?;
        let Limits { queued, ack_deadline, retention, .. } = inner.limits;
        let mut is_swept = false;
        loop {
            let make = || Queue::new(queued, ack_deadline, retention);
            let queue = inner.queues.open(endpoint, &inner.closing, make)?;
            let place = match queue.subscribe(group, quota) {
                Ok(Some(place)) => place,
                // It was taken out just now, as it had no group; the next one is new.
                Ok(None) => continue,
                Err(TransportError::Refused) => {
                    let now = inner.clock.now();
                    inner.queues.all().iter().for_each(|queue| queue.sweep(now));
                    inner.queues.retain(|queue| !queue.retire());
                    if is_swept {
                        return Err(TransportError::Refused);
                    }
                    is_swept = true;
                    continue;
                }
                Err(error) => return Err(error),
            };
            let closing = Arc::clone(&inner.closing);
            return Ok(MemorySubscription {
                queue,
                closing,
                place,
                clock: inner.clock.clone(),
                timer: inner.timer.clone(),
            });
        }
    }
}

/// Looks again when something is due, as long as nothing is found.
struct Alarm<'t, C, T: Timer> {
    clock: &'t C,
    timer: &'t T,
    /// The moment until which it sleeps, and the sleep.
    sleep: Option<(Instant, Pin<Box<T::Sleep>>)>,
}

impl<'t, C: Clock, T: Timer> Alarm<'t, C, T> {
    const fn new(clock: &'t C, timer: &'t T) -> Self {
        Self { clock, timer, sleep: None }
    }

    fn poll<F>(&mut self, cx: &mut Context<'_>, mut look: impl FnMut(Instant, &Waker) -> Found<F>) -> Poll<F> {
        loop {
            let now = self.clock.now();
            let due = match look(now, cx.waker()) {
                Found::Is(found) => return Poll::Ready(found),
                Found::Wait(due) => due,
            };
            let Some(due) = due else {
                self.sleep = None;
                return Poll::Pending;
            };
            if self.sleep.as_ref().is_none_or(|(until, _)| *until != due) {
                self.sleep = Some((due, Box::pin(self.timer.sleep(due.since(now)))));
            }
            // A timer may be a little early; then the rest is slept.
            match self.sleep.as_mut().map(|(_, sleep)| sleep.as_mut().poll(cx)) {
                Some(Poll::Pending) => return Poll::Pending,
                Some(Poll::Ready(())) | None => self.sleep = None,
            }
        }
    }
}

/// One subscriber of a group.
pub struct MemorySubscription<C: Clock, T> {
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
        let mut alarm = Alarm::new(&self.clock, &self.timer);
        let taken = poll_fn(|cx| alarm.poll(cx, |now, waker| self.queue.take(self.place, now, waker)));
        let (attempt, parcel) = taken.await?;
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

impl<C: Clock, T> Drop for MemorySubscription<C, T> {
    fn drop(&mut self) {
        self.queue.leave(self.place, self.clock.now());
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
        self.pass(Duration::ZERO)
    }

    /// The same, but it does not come again before `after` has passed.
    pub(in crate::transport) fn pass(self, after: Duration) -> Result<(), TransportError> {
        self.queue.give_back(self.place, self.attempt, self.clock.now(), after)
    }

    /// Whoever worked on it is gone: it comes again at once.
    #[cfg(feature = "unix")]
    pub(in crate::transport) fn fail(self) -> Result<(), TransportError> {
        self.queue.refuse(self.place, self.attempt, self.clock.now(), Duration::ZERO)
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

impl<C: Clock, T> fmt::Debug for MemorySubscription<C, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemorySubscription").finish_non_exhaustive()
    }
}

impl<C> fmt::Debug for MemoryDelivery<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryDelivery").field("attempt", &self.attempt).finish_non_exhaustive()
    }
}
