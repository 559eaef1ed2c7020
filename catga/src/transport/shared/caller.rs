use core::future::{Future, poll_fn};
use core::pin::{Pin, pin};
use core::task::{Poll, Waker};
use core::time::Duration;

use bytes::Bytes;

use super::TransportError;
use super::budget::Budget;
use super::key::Key;
use crate::time::Timer;

/// Where a request has a slot until it is answered.
pub(in crate::transport) trait Places: Send + Sync {
    /// The answer, when it is there; the slot is another's then.
    fn answered(&self, key: Key, waker: &Waker) -> Poll<Result<Bytes, TransportError>>;

    /// Who waits for a slot waits no longer.
    fn leave_line(&self, ticket: u64);

    /// The caller goes, and wants no answer.
    fn abandon(&self, key: Key);
}

/// One who asks: in line for a slot, then with one. Dropping it leaves the line, or abandons the request.
pub(in crate::transport) struct Caller<'s, S: Places> {
    slots: &'s S,
    ticket: Option<u64>,
    key: Option<Key>,
}

/// What comes of writing a request: its slot.
type Entered = Poll<Result<Key, TransportError>>;

impl<'s, S: Places> Caller<'s, S> {
    #[inline]
    pub(in crate::transport) const fn new(slots: &'s S) -> Self {
        Self { slots, ticket: None, key: None }
    }

    /// Writes the request, once `enter` finds a slot for it, and waits for its one answer. `enter` is given the ticket
    /// for the line, and who is woken.
    #[inline]
    pub(in crate::transport) async fn ask<T: Timer>(
        mut self,
        timer: &T,
        budget: Option<Duration>,
        mut enter: impl FnMut(&mut Option<u64>, &Waker) -> Entered + Send,
    ) -> Result<Bytes, TransportError> {
        let mut budget = pin!(Budget::new(timer, budget));
        poll_fn(|cx| {
            let answer = match self.key {
                Some(key) => self.slots.answered(key, cx.waker()),
                None => match enter(&mut self.ticket, cx.waker()) {
                    // It cannot be answered yet, and its waker is there.
                    Poll::Ready(Ok(key)) => {
                        self.key = Some(key);
                        Poll::Pending
                    }
                    Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
                    Poll::Pending => Poll::Pending,
                },
            };
            if answer.is_ready() {
                // Its slot is another's now.
                self.key = None;
                return answer;
            }
            match budget.as_mut().poll_over(cx) {
                Poll::Ready(()) if self.key.is_none() => Poll::Ready(Err(TransportError::Expired)),
                Poll::Ready(()) => Poll::Ready(Err(TransportError::TimedOut)),
                Poll::Pending => Poll::Pending,
            }
        })
        .await
    }

    /// Writes the request, and waits until that is done, or `over`.
    pub(in crate::transport) async fn write<F: Future<Output = ()> + Send>(
        &mut self,
        over: &mut Option<Pin<Box<F>>>,
        mut enter: impl FnMut(&mut Option<u64>, &Waker) -> Entered + Send,
    ) -> Result<Key, TransportError> {
        poll_fn(|cx| match enter(&mut self.ticket, cx.waker()) {
            Poll::Ready(entered) => {
                self.key = entered.ok();
                Poll::Ready(entered)
            }
            Poll::Pending => match over.as_mut().map(|over| over.as_mut().poll(cx)) {
                Some(Poll::Ready(())) => Poll::Ready(Err(TransportError::Expired)),
                _ => Poll::Pending,
            },
        })
        .await
    }

    /// What was written is somebody else's to end.
    pub(in crate::transport) fn hand_over(mut self) {
        self.key = None;
    }
}

impl<S: Places> Drop for Caller<'_, S> {
    #[inline]
    fn drop(&mut self) {
        if let Some(ticket) = self.ticket {
            self.slots.leave_line(ticket);
        }
        if let Some(key) = self.key {
            self.slots.abandon(key);
        }
    }
}
