use core::future::Future;
use core::pin::Pin;
use core::task::{self, Poll};
use core::time::Duration;

use pin_project_lite::pin_project;

use super::CircuitBreaker;
use super::permit::Permit;
use crate::error::{Class, Classify, Error};
use crate::scope::{Dispatched, Mediator as _, Scope as _};

pin_project! {
    /// A call through a breaker, or one that it refused.
    pub(super) struct Guarded<'b, F, S: Dispatched> {
        #[pin]
        pub(super) run: Option<F>,
        pub(super) permit: Result<Permit, Option<Duration>>,
        pub(super) breaker: &'b CircuitBreaker,
        pub(super) root: S::Root,
    }

    /// Without an answer: cancelled, or a panic.
    impl<F, S: Dispatched> PinnedDrop for Guarded<'_, F, S> {
        fn drop(this: Pin<&mut Self>) {
            if let Ok(permit) = &this.permit
                && !permit.is_answered()
            {
                this.breaker.abandoned(*permit, this.root.app().clock());
            }
        }
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
        let (Some(run), Ok(permit)) = (this.run.as_pin_mut(), &mut *this.permit) else {
            return Poll::Ready(Err(Error::Unavailable { retry_after: this.permit.as_ref().err().copied().flatten() }));
        };
        let poll = permit.running(|| run.poll(cx));
        if let Poll::Ready(outcome) = &poll {
            let permit = permit.answered();
            match outcome {
                Err(error) if matches!(error.class(), Class::Transient | Class::Unknown) => {
                    this.breaker.failed(permit, this.root.app().clock());
                }
                _ => this.breaker.succeeded(permit),
            }
        }
        poll
    }
}
