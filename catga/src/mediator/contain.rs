use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};

use pin_project_lite::pin_project;

use crate::error::{Error, Failure, PublishError};

/// One handler of an event: its failure gets its name, and with `std` its panic is its failure.
#[inline]
pub(super) fn contain<F>(handler: &'static str, future: F) -> Contained<F>
where
    F: Future<Output = Result<(), Error<Failure>>>,
{
    Contained { handler, future }
}

pin_project! {
    pub(super) struct Contained<F> {
        handler: &'static str,
        #[pin]
        future: F,
    }
}

impl<F: Future<Output = Result<(), Error<Failure>>>> Future for Contained<F> {
    type Output = Result<(), PublishError>;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        #[cfg(feature = "std")]
        let poll = caught(|| this.future.poll(cx));
        #[cfg(not(feature = "std"))]
        let poll = this.future.poll(cx);
        poll.map_err(|error| PublishError::new(this.handler, error))
    }
}

/// A poll whose panic is an error. A future that panicked is not polled again: it is ready.
#[cfg(feature = "std")]
#[inline]
pub(crate) fn caught<T, E>(poll: impl FnOnce() -> Poll<Result<T, Error<E>>>) -> Poll<Result<T, Error<E>>> {
    // Unwind safe: what the panic left behind is the future itself, which is only dropped from now on.
    match std::panic::catch_unwind(std::panic::AssertUnwindSafe(poll)) {
        Ok(poll) => poll,
        Err(payload) => Poll::Ready(Err(Error::Panicked(crate::error::Panic::caught(&*payload)))),
    }
}
