use core::future::{Future, poll_fn};
use core::pin::Pin;
use core::task::Poll;

/// What somebody answers that was just told to end, where it does so at once.
pub(super) async fn last_poll<F: Future>(mut work: Pin<&mut F>) -> Option<F::Output> {
    poll_fn(|cx| match work.as_mut().poll(cx) {
        Poll::Ready(output) => Poll::Ready(Some(output)),
        Poll::Pending => Poll::Ready(None),
    })
    .await
}
