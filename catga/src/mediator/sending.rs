//! The future of a send: its message until it begins, its chain from then on, and the place that the chain points to.
//!
//! An `async` block would keep the message beside the chain for as long as that runs.
#![allow(unsafe_code)]

use core::future::Future;
use core::marker::PhantomPinned;
use core::pin::Pin;
use core::task::{self, Poll};

use crate::error::Error;
use crate::message::{Message, Outcome};
use crate::scope::{Context, Inside, Mediator, Place};

/// A send. Its chain points into `cx` and `place`, and is dropped before them.
///
/// The place is declared first: where rustc asks whether a future may change behind a shared reference, as it does in
/// builds, the atomics in it say so at once, and it need not look through a long chain of sends.
pub(super) struct Sending<'a, A: Mediator, M, S, F> {
    place: Place<'a, A>,
    cx: Option<Context<Inside<'a, A>>>,
    start: S,
    step: Step<M, F>,
    _pinned: PhantomPinned,
}

enum Step<M, F> {
    /// It has not been polled. Without a message it has begun and is over: it has answered, or it panicked before
    /// there was a chain.
    Waits(Option<M>),
    Runs(F),
}

impl<'a, A, M, S, F> Sending<'a, A, M, S, F>
where
    A: Mediator,
    M: Message,
    S: Fn(&'a A, M, &'a mut Context<Inside<'a, A>>) -> Option<F>,
    F: Future<Output = Outcome<M>>,
{
    /// The send of a message to a place. `start` builds the chain, if there is one for such a message.
    #[inline]
    pub(super) const fn new(place: Place<'a, A>, message: M, start: S) -> Self {
        Self { place, cx: None, start, step: Step::Waits(Some(message)), _pinned: PhantomPinned }
    }

    /// The chain of the message; none where the caller has cancelled.
    ///
    /// # Safety
    /// `self` is pinned, and this is called once.
    #[inline]
    unsafe fn begin(&mut self, message: M) -> Option<F> {
        // SAFETY: pinned, so neither the place nor the context moves until it is dropped, and the chain, which alone
        // is given the references, is dropped before them, in `Drop`. From here on both are reached through the chain only: this
        // runs once, and `poll` touches the step alone. (`&mut self` in `poll` is no claim to what the chain
        // points to, as `Self` is not `Unpin`: that is how the futures of `async` blocks point into themselves.)
        // `'a` is longer than that, but nobody can tell: what runs in the chain is generic over the lifetimes of its
        // place and its context (`Way::run`), so it cannot keep them, and outcomes are `'static`, as messages are.
        let place: &'a Place<'a, A> = unsafe { &*core::ptr::from_ref(&self.place) };
        if place.frame().is_cancelled() {
            return None;
        }
        let cx = self.cx.insert(Context::new(Inside::new(place)));
        // SAFETY: as above.
        let cx: &'a mut Context<Inside<'a, A>> = unsafe { &mut *core::ptr::from_mut(cx) };
        (self.start)(place.app(), message, cx)
    }
}

impl<'a, A, M, S, F> Future for Sending<'a, A, M, S, F>
where
    A: Mediator,
    M: Message,
    S: Fn(&'a A, M, &'a mut Context<Inside<'a, A>>) -> Option<F>,
    F: Future<Output = Outcome<M>>,
{
    type Output = Outcome<M>;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<Outcome<M>> {
        // SAFETY: nothing is moved out of the pinned fields: the chain is pinned in place and dropped in place, `cx`
        // and `place` stay; the message and `start` are never pinned.
        let this = unsafe { self.get_unchecked_mut() };
        if let Step::Waits(message) = &mut this.step {
            let Some(message) = message.take() else { return Poll::Pending };
            // SAFETY: `self` is pinned, and there is one message to take.
            let Some(run) = (unsafe { this.begin(message) }) else { return Poll::Ready(Err(Error::Cancelled)) };
            this.step = Step::Runs(run);
        }
        let Step::Runs(run) = &mut this.step else { return Poll::Pending };
        // SAFETY: structurally pinned: `self` is, and the chain is never moved.
        let poll = unsafe { Pin::new_unchecked(run) }.poll(cx);
        if poll.is_ready() {
            this.step = Step::Waits(None);
        }
        poll
    }
}

impl<A: Mediator, M, S, F> Drop for Sending<'_, A, M, S, F> {
    #[inline]
    fn drop(&mut self) {
        // The chain, in place, before what it points to.
        self.step = Step::Waits(None);
    }
}
