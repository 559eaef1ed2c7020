use core::future::Future;
use core::pin::Pin;
use core::task::{self, Poll, ready};

use pin_project_lite::pin_project;

use super::Bulkhead;
use super::place::{Place, Wait};
use crate::error::Error;
use crate::scope::{Dispatched, Scope as _};

pin_project! {
    /// A call that holds a place, or waits for one. What it is made of and what it becomes share their
    /// bytes.
    #[project = HeldProjection]
    pub(super) enum Held<'b, F, G, S: Dispatched> {
        Waiting {
            start: Option<G>,
            wait: Wait<'b>,
            root: S::Root,
        },
        Running {
            #[pin]
            run: F,
            // Dropped after the call.
            place: Option<Place<'b>>,
        },
    }
}

impl<'b, F, G: FnOnce() -> F, S: Dispatched> Held<'b, F, G, S> {
    /// The call begins here where a place is free.
    #[inline]
    pub(super) fn new(bulkhead: &'b Bulkhead, start: G, root: S::Root) -> Self {
        match bulkhead.enter() {
            Some(place) => Self::Running { run: start(), place: Some(place) },
            None => Self::Waiting { start: Some(start), wait: bulkhead.wait(), root },
        }
    }
}

impl<T, E, F, G, S> Future for Held<'_, F, G, S>
where
    F: Future<Output = Result<T, Error<E>>>,
    G: FnOnce() -> F,
    S: Dispatched,
{
    type Output = Result<T, Error<E>>;

    #[inline(always)]
    fn poll(mut self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<Self::Output> {
        loop {
            match self.as_mut().project() {
                HeldProjection::Running { run, place } => {
                    let poll = run.poll(cx);
                    if poll.is_ready() {
                        // Its answer may be kept for long.
                        *place = None;
                    }
                    return poll;
                }
                HeldProjection::Waiting { start, wait, root } => {
                    let Some(place) = ready!(wait.poll(cx)) else {
                        return Poll::Ready(Err(Error::Unavailable { retry_after: None }));
                    };
                    if root.frame().is_cancelled() {
                        return Poll::Ready(Err(Error::Cancelled));
                    }
                    // Taken once, as it then runs.
                    let Some(start) = start.take() else { return Poll::Pending };
                    let run = start();
                    self.set(Self::Running { run, place: Some(place) });
                }
            }
        }
    }
}
