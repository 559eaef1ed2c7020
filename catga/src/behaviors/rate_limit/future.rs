use core::future::Future;
use core::pin::Pin;
use core::task::{self, Poll};
use core::time::Duration;

use pin_project_lite::pin_project;

use crate::error::Error;

pin_project! {
    /// A call that took a token, or was refused one.
    #[project = MeteredProjection]
    pub(super) enum Metered<F> {
        Passed {
            #[pin]
            run: F,
        },
        Refused { after: Duration },
    }
}

impl<T, E, F: Future<Output = Result<T, Error<E>>>> Future for Metered<F> {
    type Output = Result<T, Error<E>>;

    #[inline(always)]
    fn poll(self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<Self::Output> {
        match self.project() {
            MeteredProjection::Passed { run } => run.poll(cx),
            MeteredProjection::Refused { after } => Poll::Ready(Err(Error::Unavailable { retry_after: Some(*after) })),
        }
    }
}
