use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};

use pin_project_lite::pin_project;

#[cfg(feature = "std")]
use crate::error::caught;
use crate::error::{Error, Failure, PublishError};

/// One handler of an event: its failure gets its name, and with `std` its panic is its failure.
#[inline]
pub(super) fn contain<F, N>(handler: N, future: F) -> Contained<F, N>
where
    F: Future<Output = Result<(), Error<Failure>>>,
    // A closure that captures nothing, and so takes no place.
    N: Fn() -> &'static str,
{
    Contained { handler, future }
}

pin_project! {
    pub(super) struct Contained<F, N> {
        handler: N,
        #[pin]
        future: F,
    }
}

impl<F, N> Future for Contained<F, N>
where
    F: Future<Output = Result<(), Error<Failure>>>,
    N: Fn() -> &'static str,
{
    type Output = Result<(), PublishError>;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        // A future that panicked is ready, and not polled again.
        #[cfg(feature = "std")]
        let poll = caught(|| this.future.poll(cx)).unwrap_or_else(|panic| Poll::Ready(Err(Error::Panicked(panic))));
        #[cfg(not(feature = "std"))]
        let poll = this.future.poll(cx);
        poll.map_err(|error| PublishError::new((this.handler)(), error))
    }
}
