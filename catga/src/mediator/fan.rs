use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};

use pin_project_lite::pin_project;

use crate::error::PublishError;

pin_project! {
    /// The handlers of an event, at once or in order. An `async` block around the two would keep what it gave to them.
    #[project = FanProjection]
    #[must_use]
    #[cfg_attr(not(all(feature = "wire", feature = "store")), allow(dead_code, reason = "nothing is refused"))]
    pub(super) enum Fan<C, O> {
        AtOnce { #[pin] run: C },
        InOrder { #[pin] run: O },
        Refused { error: Option<PublishError> },
    }
}

impl<C, O> Future for Fan<C, O>
where
    C: Future<Output = Result<(), PublishError>>,
    O: Future<Output = Result<(), PublishError>>,
{
    type Output = Result<(), PublishError>;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match self.project() {
            FanProjection::AtOnce { run } => run.poll(cx),
            FanProjection::InOrder { run } => run.poll(cx),
            FanProjection::Refused { error } => Poll::Ready(error.take().map_or(Ok(()), Err)),
        }
    }
}
