use core::future::Future;
use core::pin::Pin;
use core::task::{self, Poll};

use pin_project_lite::pin_project;

use super::CircuitBreaker;
use super::permit::Permit;
use crate::error::{Class, Classify, Error};
use crate::scope::{Dispatched, Mediator as _};

pin_project! {
    /// A call through a breaker, or one that it refused.
    #[project = GuardedProjection]
    pub(super) enum Guarded<'b, F, R> {
        Passed {
            #[pin]
            run: F,
            permit: Permit,
            breaker: &'b CircuitBreaker,
            root: R,
        },
        Refused { permit: Permit },
    }

    /// Without an answer: cancelled.
    impl<F, R> PinnedDrop for Guarded<'_, F, R> {
        fn drop(this: Pin<&mut Self>) {
            if let GuardedProjection::Passed { permit, breaker, .. } = this.project()
                && !permit.is_answered()
            {
                breaker.abandoned(*permit);
            }
        }
    }
}

/// Dropped while its call is polled: the call has panicked, and that is a failure.
struct Running<'p, 'b, R: Dispatched> {
    permit: &'p mut Permit,
    breaker: &'b CircuitBreaker,
    root: R,
}

impl<R: Dispatched> Drop for Running<'_, '_, R> {
    fn drop(&mut self) {
        self.breaker.failed(self.permit.answered(), self.root.app().clock());
    }
}

impl<T, E, F, R> Future for Guarded<'_, F, R>
where
    E: Classify,
    F: Future<Output = Result<T, Error<E>>>,
    R: Dispatched + Copy,
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
                _ => breaker.succeeded(permit),
            }
            let _permit = kept.answered();
        }
        poll
    }
}
