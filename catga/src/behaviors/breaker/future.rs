use core::future::Future;
use core::pin::Pin;
use core::task::{self, Poll};

use pin_project_lite::pin_project;

use super::CircuitBreaker;
use super::permit::Permit;
use crate::error::{Class, Classify, Error};
use crate::scope::{Dispatched, Mediator as _, Scope as _};

pin_project! {
    /// A call through a breaker, or one that it refused.
    pub(super) struct Guarded<'b, F, S: Dispatched> {
        // None where it was refused.
        #[pin]
        pub(super) run: Option<F>,
        pub(super) permit: Permit,
        pub(super) breaker: &'b CircuitBreaker,
        pub(super) root: S::Root,
    }

    /// Without an answer: cancelled.
    impl<F, S: Dispatched> PinnedDrop for Guarded<'_, F, S> {
        fn drop(this: Pin<&mut Self>) {
            if !this.permit.is_answered() {
                this.breaker.abandoned(this.permit);
            }
        }
    }
}

/// Dropped while its call is polled: the call has panicked, and that is a failure.
struct Running<'p, 'b, S: Dispatched> {
    permit: &'p mut Permit,
    breaker: &'b CircuitBreaker,
    root: S::Root,
}

impl<S: Dispatched> Drop for Running<'_, '_, S> {
    fn drop(&mut self) {
        self.breaker.failed(self.permit.answered(), self.root.app().clock());
    }
}

impl<T, E, F, S> Future for Guarded<'_, F, S>
where
    E: Classify,
    F: Future<Output = Result<T, Error<E>>>,
    S: Dispatched,
{
    type Output = Result<T, Error<E>>;

    #[inline(always)]
    fn poll(self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let Some(run) = this.run.as_pin_mut() else {
            return Poll::Ready(Err(Error::Unavailable { retry_after: this.permit.retry_after() }));
        };
        // Copied here: what is read again after the poll would be loaded again.
        let (permit, breaker) = (*this.permit, *this.breaker);
        let running = Running::<S> { permit: this.permit, breaker, root: *this.root };
        let poll = run.poll(cx);
        core::mem::forget(running);
        if let Poll::Ready(outcome) = &poll {
            match outcome {
                Err(error) if matches!(error.class(), Class::Transient | Class::Unknown) => {
                    breaker.failed(permit, this.root.app().clock());
                }
                _ => breaker.succeeded(permit),
            }
            let _permit = this.permit.answered();
        }
        poll
    }
}
