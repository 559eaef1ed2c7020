//! The callers of batches between threads.

use std::future::poll_fn;
use std::task::Poll;

use shuttle::sync::{Arc, Mutex, MutexGuard};
use shuttle::{future, thread};

#[path = "../../../catga/src/behaviors/auto_batch/gather.rs"]
mod gather;
#[path = "../../../catga/src/behaviors/auto_batch/seat.rs"]
mod seat;

use gather::{Gather, Run};

struct Shared {
    gather: Gather<u8, u64, u64, ()>,
    ran: Mutex<Vec<u64>>,
}

/// Answers each with its double, in two polls.
fn begin(shared: &Arc<Shared>, items: Vec<u64>) -> Run<u64> {
    assert!(!items.is_empty());
    shared.ran.lock().unwrap().extend(&items);
    Box::pin(async move {
        super::pause().await;
        items.iter().map(|item| item * 2).collect()
    })
}

/// Puts its item into a batch; `patience` is how often it polls before it leaves.
async fn call(shared: &Arc<Shared>, item: u64, patience: Option<u32>, size: usize) -> Option<u64> {
    let mut seat = shared.gather.join(0, item, size, || ());
    let (mut polls, mut waited) = (0, false);
    poll_fn(|cx| {
        if patience == Some(polls) {
            return Poll::Ready(None);
        }
        polls += 1;
        if patience.is_some() {
            cx.waker().wake_by_ref();
        }
        let is_due = |(): &(), cx: &mut std::task::Context<'_>| {
            cx.waker().wake_by_ref();
            if std::mem::replace(&mut waited, true) { Poll::Ready(()) } else { Poll::Pending }
        };
        seat.poll(cx, is_due, |_, items| begin(shared, items)).map(|answer| {
            assert_eq!(answer, Some(item * 2));
            answer
        })
    })
    .await
}

fn check<const CALLERS: usize>(size: usize, patience: [Option<u32>; CALLERS]) {
    shuttle::check_random(
        move || {
            let shared = Arc::new(Shared { gather: Gather::new(), ran: Mutex::new(Vec::new()) });
            let mut item = 0;
            let callers = patience.map(|patience| {
                let shared = Arc::clone(&shared);
                item += 1;
                let item = item;
                thread::spawn(move || future::block_on(call(&shared, item, patience, size)))
            });
            // Where nobody drives a batch, the checker finds that nobody can go on.
            let answers = callers.map(|caller| caller.join().unwrap());
            let mut ran = shared.ran.lock().unwrap().clone();
            ran.sort_unstable();
            assert!(ran.windows(2).all(|pair| pair[0] != pair[1]), "an item ran twice");
            for (answer, (patience, item)) in answers.iter().zip(patience.iter().zip(1..)) {
                assert!(patience.is_some() || *answer == Some(item * 2));
                assert!(answer.is_none() || ran.contains(&item));
            }
        },
        super::ROUNDS,
    );
}

#[test]
fn everybody_is_answered() {
    check(2, [None; 4]);
    check(3, [None; 4]);
}

#[test]
fn who_leaves_leaves_the_batch_to_the_others() {
    check(2, [None, Some(0), None, Some(1)]);
    check(3, [Some(1), None, Some(2), None]);
    check(8, [Some(1), None, Some(2), Some(3)]);
}

#[test]
fn all_may_leave() {
    check(2, [Some(0), Some(1), Some(2), Some(3)]);
}
