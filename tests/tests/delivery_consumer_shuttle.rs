//! What a consumer's runs share between threads, under a scheduler that tries interleavings: the files themselves,
//! with the checker's locks in place of the real ones.

#![allow(dead_code, reason = "a consumer uses all of it")]

use std::future::poll_fn;
use std::task::Poll;

use shuttle::sync::atomic::{AtomicUsize, Ordering};
use shuttle::sync::{Arc, Mutex, MutexGuard};
use shuttle::{future, thread};

#[path = "../../catga/src/delivery/consumer/control.rs"]
mod control;
#[path = "../../catga/src/delivery/consumer/hand.rs"]
mod hand;

use control::Control;
use hand::Hand;

const ROUNDS: usize = 3_000;

/// Polled once, and dropped where that was not enough.
async fn once<F: Future>(future: F) -> Option<F::Output> {
    let mut future = std::pin::pin!(future);
    poll_fn(|cx| match future.as_mut().poll(cx) {
        Poll::Ready(output) => Poll::Ready(Some(output)),
        Poll::Pending => Poll::Ready(None),
    })
    .await
}

/// Nobody is forgotten in the line, and no more have a place than there are, while some lose their patience and
/// the number of places changes.
#[test]
fn everybody_gets_a_place() {
    shuttle::check_random(
        || {
            let hand = Arc::new(Hand::new(2, 0));
            let (inside, done) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
            let threads: Vec<_> = (0..4)
                .map(|number| {
                    let (hand, inside, done) = (hand.clone(), inside.clone(), done.clone());
                    thread::spawn(move || {
                        future::block_on(async {
                            if number == 0 {
                                drop(once(hand.enter()).await);
                            }
                            let place = hand.enter().await;
                            assert!(inside.fetch_add(1, Ordering::SeqCst) < 3, "more than there are places");
                            thread::yield_now();
                            inside.fetch_sub(1, Ordering::SeqCst);
                            drop(place);
                            done.fetch_add(1, Ordering::SeqCst);
                        });
                    })
                })
                .collect();
            hand.set(1, true);
            hand.set(3, true);
            for thread in threads {
                thread.join().unwrap();
            }
            assert_eq!(done.load(Ordering::SeqCst), 4);
        },
        ROUNDS,
    );
}

/// A change wakes whoever has seen the settings before it.
#[test]
fn no_change_is_missed() {
    shuttle::check_random(
        || {
            let control = Arc::new(Control::new(1));
            let watchers: Vec<_> = (0..2)
                .map(|_| {
                    let control = control.clone();
                    thread::spawn(move || {
                        let watch = control.watch();
                        future::block_on(poll_fn(|cx| {
                            let settings = watch.settings(cx.waker());
                            if settings.is_paused && settings.concurrency == 5 {
                                Poll::Ready(())
                            } else {
                                Poll::Pending
                            }
                        }));
                    })
                })
                .collect();
            // A watcher that comes and goes.
            let passing = control.clone();
            let passing = thread::spawn(move || {
                let watch = passing.watch();
                future::block_on(poll_fn(|cx| {
                    let _ = watch.settings(cx.waker());
                    Poll::Ready(())
                }));
            });
            let other = control.clone();
            let other = thread::spawn(move || other.set_concurrency(5));
            control.set_paused(true);
            for thread in watchers.into_iter().chain([passing, other]) {
                thread.join().unwrap();
            }
        },
        ROUNDS,
    );
}
