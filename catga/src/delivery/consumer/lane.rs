use core::future::poll_fn;
use core::pin::pin;
use core::task::Poll;
use core::time::Duration;

use super::hand::Hand;
use super::run::{Run, Taken};
use crate::error::{Class, Classify as _};
use crate::scope::Mediator;
use crate::time::{Timer as _, backoff};
use crate::transport::{Delivers, Endpoint, Subscription, TransportError};

/// The longest wait before it subscribes anew, the first time and at most.
const BASE: Duration = Duration::from_millis(100);
const CAP: Duration = Duration::from_secs(10);

impl<T: Delivers, L, E, I, A: Mediator> Run<'_, T, L, E, I, A> {
    /// Takes the deliveries of one endpoint as long as there is room in hand. A subscription that is lost is made
    /// anew, with a backoff, as is one that cannot be made for now.
    ///
    /// It ends where nothing will come any more, with its subscription, to which what is in hand may belong.
    ///
    /// # Errors
    /// Where it cannot subscribe, and trying again does not help.
    pub(super) async fn lane(&self, endpoint: &'static str) -> Result<T::Subscription, TransportError> {
        let mut failed = 0;
        loop {
            match self.consumer.transport.subscribe(Endpoint::new(endpoint), &self.consumer.group).await {
                Ok(mut subscription) => {
                    let _subscribed = self.consumer.counts.subscribed.counted();
                    let deadline = subscription.ack_deadline();
                    let is_lost = loop {
                        match take(self.hand, &mut subscription).await {
                            Some(Ok(delivery)) => {
                                failed = 0;
                                self.give(Taken { endpoint, deadline, delivery });
                            }
                            Some(Err(_)) => break true,
                            None => break false,
                        }
                    };
                    if !is_lost {
                        return Ok(subscription);
                    }
                }
                Err(error) if error.class() == Class::Permanent => return Err(error),
                Err(_) => {}
            }
            let wait = backoff::jittered(backoff::longest(BASE, failed, CAP), None, self.app.random());
            failed += 1;
            self.app.timer().sleep(wait).await;
        }
    }
}

/// The next delivery. Where there is no room in hand it does not ask for one, so that nothing is kept from others
/// of the group; it waits for room without a waker, as the crew polls it whenever there may be some.
async fn take<S: Subscription>(hand: &Hand, subscription: &mut S) -> Option<Result<S::Delivery, TransportError>> {
    loop {
        poll_fn(|_| if hand.has_room() { Poll::Ready(()) } else { Poll::Pending }).await;
        let mut next = pin!(subscription.next());
        let taken = poll_fn(|cx| match hand.has_room() {
            true => next.as_mut().poll(cx).map(Some),
            false => Poll::Ready(None),
        });
        if let Some(taken) = taken.await {
            return taken;
        }
    }
}
