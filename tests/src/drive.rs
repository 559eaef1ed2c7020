use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use catga::testing::VirtualClock;
use futures_util::Stream;

/// Polls a future one time, with the waker of the test.
pub async fn poll_once<F: Future + Unpin>(future: &mut F) -> Poll<F::Output> {
    poll_fn(|cx| Poll::Ready(Pin::new(&mut *future).poll(cx))).await
}

/// Whether somebody was woken.
#[derive(Default)]
struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, SeqCst);
    }
}

/// Runs a future to its end on virtual time: whenever it waits for nothing else, the clock moves to the end
/// of the next wait. Answers with how far the clock moved each time, too.
///
/// # Panics
/// Where the future waits for what is neither in it nor the clock.
pub async fn drive<F: Future>(clock: &VirtualClock, future: F) -> (F::Output, Vec<Duration>) {
    let woken = Arc::<Woken>::default();
    let waker = Waker::from(Arc::clone(&woken));
    let mut future = pin!(future);
    let mut waits = Vec::new();
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
            return (output, waits);
        }
        if woken.0.swap(false, SeqCst) {
            continue;
        }
        match clock.advance_to_next() {
            Some(by) => waits.push(by),
            None => panic!("the future waits, but not for the clock"),
        }
        woken.0.store(false, SeqCst);
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

/// Runs a future to its end on virtual time, where it waits for what is not in it, too, such as a database: the clock
/// moves whenever somebody waits for it. Answers with how far it moved, too.
pub async fn pass<F: Future>(clock: &VirtualClock, future: F) -> (F::Output, Duration) {
    let (mut future, mut passed) = (pin!(future), Duration::ZERO);
    poll_fn(|cx| {
        if let Poll::Ready(output) = future.as_mut().poll(cx) {
            return Poll::Ready((output, passed));
        }
        passed += clock.advance_to_next().unwrap_or_default();
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await
}

/// Runs a future that does not end until something else does.
///
/// # Panics
/// Where it ends before.
pub async fn until<F: Future + Unpin, E: Future>(running: &mut F, event: E) -> E::Output {
    let mut event = pin!(event);
    poll_fn(|cx| {
        assert!(Pin::new(&mut *running).poll(cx).is_pending(), "it has ended before");
        event.as_mut().poll(cx)
    })
    .await
}
