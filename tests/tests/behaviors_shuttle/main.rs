//! What breakers, bulkheads, rate limits and batches share between threads, under a scheduler that tries
//! interleavings. Their own files, with the checker's locks and atomics in place of the real ones.

#![allow(dead_code, reason = "a behavior uses all of it")]

mod auto_batch;
mod breaker;
mod bulkhead;
mod rate_limit;
mod retry_budget;

use std::future::poll_fn;
use std::task::Poll;

/// How many interleavings of each.
const ROUNDS: usize = 3_000;

/// Lets the scheduler choose somebody else.
async fn pause() {
    let mut paused = false;
    poll_fn(|cx| {
        cx.waker().wake_by_ref();
        if std::mem::replace(&mut paused, true) { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
}
