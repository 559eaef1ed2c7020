//! Places and their line between threads.

use std::future::poll_fn;
use std::task::{Context, Poll};

use shuttle::sync::atomic::{AtomicU64, Ordering};
use shuttle::sync::{Arc, Mutex, MutexGuard};
use shuttle::{future, thread};

#[path = "../../../catga/src/behaviors/bulkhead/line.rs"]
mod line;
#[path = "../../../catga/src/behaviors/bulkhead/places.rs"]
mod places;

use line::{Joined, Line};
use places::Places;

/// One who wants a place.
struct Wait<'l>(&'l Line, Option<u64>);

impl Wait<'_> {
    /// Whether it has a place or is refused.
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<bool> {
        match self.1 {
            Some(ticket) if !self.0.is_served(ticket, cx.waker()) => Poll::Pending,
            Some(_) => {
                self.1 = None;
                Poll::Ready(true)
            }
            None => match self.0.join(cx.waker()) {
                Joined::Taken => Poll::Ready(true),
                Joined::Refused => Poll::Ready(false),
                Joined::Waits(ticket) => {
                    self.1 = Some(ticket);
                    Poll::Pending
                }
            },
        }
    }
}

impl Drop for Wait<'_> {
    fn drop(&mut self) {
        if let Some(ticket) = self.1 {
            self.0.leave(ticket);
        }
    }
}

struct Shared {
    line: Line,
    running: AtomicU64,
    served: AtomicU64,
}

/// Takes a place and gives it back; `impatient` leaves after its first poll.
async fn visit(shared: &Shared, impatient: bool) {
    let served = shared.line.places().take() || {
        let mut wait = Wait(&shared.line, None);
        let mut first = true;
        poll_fn(|cx| match wait.poll(cx) {
            Poll::Pending if impatient && std::mem::take(&mut first) => {
                cx.waker().wake_by_ref();
                Poll::Pending
            }
            Poll::Pending if impatient => Poll::Ready(false),
            poll => poll,
        })
        .await
    };
    if served {
        assert!(shared.running.fetch_add(1, Ordering::SeqCst) < PLACES, "more than there are places");
        super::pause().await;
        shared.running.fetch_sub(1, Ordering::SeqCst);
        shared.served.fetch_add(1, Ordering::SeqCst);
        shared.line.give();
    }
}

const PLACES: u64 = 1;

fn check(longest: u32, impatient: [bool; 4], least: u64) {
    shuttle::check_random(
        move || {
            let line = Line::new(Places::new(PLACES as u32), longest);
            let shared = Arc::new(Shared { line, running: AtomicU64::new(0), served: AtomicU64::new(0) });
            let visitors = impatient.map(|impatient| {
                let shared = Arc::clone(&shared);
                thread::spawn(move || future::block_on(visit(&shared, impatient)))
            });
            // Where a wake-up is lost, the checker finds that nobody can go on.
            visitors.into_iter().for_each(|visitor| visitor.join().unwrap());
            assert!(shared.served.load(Ordering::SeqCst) >= least);
            assert_eq!(shared.line.places().taken(), 0);
            assert!(shared.line.places().take(), "a place was lost");
        },
        super::ROUNDS,
    );
}

#[test]
fn everybody_is_served() {
    check(8, [false; 4], 4);
}

#[test]
fn who_leaves_takes_no_place_along() {
    check(8, [false, true, false, true], 2);
}

#[test]
fn a_short_line_refuses() {
    check(1, [false, true, false, false], 1);
}
