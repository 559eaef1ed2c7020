use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::Poll;
use std::time::Duration;

use catga::testing::VirtualClock;
use futures_util::Stream;

/// Polls a future one time, with the waker of the test.
pub async fn poll_once<F: Future + Unpin>(future: &mut F) -> Poll<F::Output> {
    poll_fn(|cx| Poll::Ready(Pin::new(&mut *future).poll(cx))).await
}

/// Runs a future to its end on virtual time: whenever it waits, the clock moves to the end of the next
/// wait. Answers with how far the clock moved each time, too.
///
/// # Panics
/// Where the future waits for something else than the clock.
pub async fn drive<F: Future>(clock: &VirtualClock, future: F) -> (F::Output, Vec<Duration>) {
    let mut future = pin!(future);
    let mut waits = Vec::new();
    loop {
        if let Poll::Ready(output) = poll_once(&mut future).await {
            return (output, waits);
        }
        match clock.advance_to_next() {
            Some(by) => waits.push(by),
            None => panic!("the future waits, but not for the clock"),
        }
    }
}

/// Takes all items of a stream that has nothing to wait for.
///
/// # Panics
/// Where it waits, which would be for ever.
pub async fn collect_ready<S: Stream>(stream: S) -> Vec<S::Item> {
    let mut stream = pin!(stream);
    let mut items = Vec::new();
    loop {
        match poll_once(&mut poll_fn(|cx| stream.as_mut().poll_next(cx))).await {
            Poll::Ready(Some(item)) => items.push(item),
            Poll::Ready(None) => return items,
            Poll::Pending => panic!("the stream waits after {} items, and nobody will wake it", items.len()),
        }
    }
}
