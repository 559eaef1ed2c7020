use core::future::Future;
use core::pin::Pin;
use core::task::{self, Poll};

use pin_project_lite::pin_project;

use super::CircuitBreaker;
use super::permit::Permit;
use super::watch::Watch;
use crate::error::{Class, Classify, Error};
use crate::scope::{Dispatched, Mediator as _};

pin_project! {
    /// A call through a breaker, or one that it refused.
    #[project = GuardedProjection]
    pub(super) enum Guarded<'b, F, R, W> {
        Passed {
            #[pin]
            run: F,
            permit: Permit,
            breaker: &'b CircuitBreaker<W>,
            root: R,
        },
        Refused { permit: Permit },
    }

    /// Without an answer: cancelled.
    impl<F, R, W> PinnedDrop for Guarded<'_, F, R, W> {
        fn drop(this: Pin<&mut Self>) {
            if let GuardedProjection::Passed { permit, breaker, .. } = this.project()
                && !permit.is_answered()
            {
                breaker.abandoned(*permit);
            }
        }
    }
}

impl<'b, F, R: Dispatched + Copy, W: Watch> Guarded<'b, F, R, W> {
    /// The call begins here, if it is let through.
    #[inline]
    pub(super) fn new(breaker: &'b CircuitBreaker<W>, mut permit: Permit, root: R, start: impl FnOnce() -> F) -> Self {
        if permit.is_refused() {
            return Self::Refused { permit };
        }
        // What looks before it goes on does so while the chain is built, and may panic there.
        let running = Running { permit: &mut permit, breaker, root };
        let run = start();
        core::mem::forget(running);
        Self::Passed { run, permit, breaker, root }
    }
}

/// Dropped while its call is built or polled: the call has panicked, and that is a failure.
struct Running<'p, 'b, R: Dispatched, W: Watch> {
    permit: &'p mut Permit,
    breaker: &'b CircuitBreaker<W>,
    root: R,
}

impl<R: Dispatched, W: Watch> Drop for Running<'_, '_, R, W> {
    fn drop(&mut self) {
        self.breaker.failed(self.permit.answered(), self.root.app().clock());
    }
}

impl<T, E, F, R, W> Future for Guarded<'_, F, R, W>
where
    E: Classify,
    F: Future<Output = Result<T, Error<E>>>,
    R: Dispatched + Copy,
    W: Watch,
{
    type Output = Result<T, Error<E>>;

    #[inline(always)]
    fn poll(self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<Self::Output> {
        let (run, kept, breaker, root) = match self.project() {
            GuardedProjection::Passed { run, permit, breaker, root } => (run, permit, *breaker, *root),
            GuardedProjection::Refused { permit } => {
                return Poll::Ready(Err(Error::Unavailable { retry_after: permit.retry_after() }));
            }
        };
        // Copied here: what is read again after the poll would be loaded again.
        let permit = *kept;
        let running = Running { permit: kept, breaker, root };
        let poll = run.poll(cx);
        core::mem::forget(running);
        if let Poll::Ready(outcome) = &poll {
            match outcome {
                Err(error) if matches!(error.class(), Class::Transient | Class::Unknown) => {
                    breaker.failed(permit, root.app().clock());
                }
                _ => breaker.succeeded(permit, root.app().clock()),
            }
            let _permit = kept.answered();
        }
        poll
    }
}
