//! Every way into a mediator, and what it allocates.

use std::future::poll_fn;
use std::pin::pin;
use std::task::{Context as TaskContext, Poll, Waker};

use catga::error::PublishError;
use catga::prelude::*;
use catga::scope::Call;
use catga_tests::Trouble;
use catga_tests::counting::allocations;
use futures_util::Stream;

use crate::parts::{Caller, Charge, Charged, Get, InOrder, Nested, UnlessOneFails, UpTo, WhoAsks};

/// What a future comes to that never waits for others, and how often it allocated.
pub fn counted<T>(future: impl Future<Output = T>) -> (T, u64) {
    let before = allocations();
    let mut future = pin!(future);
    let mut cx = TaskContext::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut cx) {
            return (output, allocations() - before);
        }
    }
}

pub async fn rows<A: Yields<UpTo>>(app: &A) -> u64 {
    sum_of(app.stream(UpTo(100))).await
}

pub async fn sum_of(rows: impl Stream<Item = Result<u64, Error>>) -> u64 {
    let mut rows = pin!(rows);
    let mut sum = 0;
    while let Some(row) = poll_fn(|cx| rows.as_mut().poll_next(cx)).await {
        sum += row.unwrap_or_default();
    }
    sum
}

/// Every entry, twice: what is made once for a thread is not a message's.
pub fn allocates_nothing<A>(app: &A)
where
    A: Handles<Charge> + Handles<Get> + Handles<Nested> + Handles<WhoAsks> + Yields<UpTo>,
    A: Hears<Charged> + Hears<InOrder> + Hears<UnlessOneFails> + Mediator<Extension = Caller>,
{
    let (caller, stop) = (Caller { number: 7 }, Cancel::new());
    let call = || Call::new().extension(&caller).cancel(&stop);
    let sum = (1..=100).filter(|n| n % 7 != 0).sum();
    for allowed in [u64::MAX, 0] {
        let entries: [(&str, u64); 15] = [
            ("send", check(counted(app.send(Charge { cents: 5 })), Ok(5))),
            ("error", check(counted(app.send(Charge { cents: 13 })), Err(Error::Handler(Trouble::Wrong)))),
            ("query", check(counted(app.send(Get(6))), Ok(Some(6)))),
            ("nested", check(counted(app.send(Nested)), Ok(2))),
            ("publish", check(told(counted(app.publish(Charged(1)))), true)),
            ("publish, sequential", check(told(counted(app.publish(InOrder(1)))), true)),
            ("publish, stop at first", check(told(counted(app.publish(UnlessOneFails(1)))), true)),
            ("stream", check(counted(rows(app)), sum)),
            ("no extension", check(counted(app.send(WhoAsks)), Ok(None))),
            ("extension", check(counted(app.send_with(WhoAsks, call())), Ok(Some(7)))),
            ("send with", check(counted(app.send_with(Charge { cents: 5 }, call())), Ok(5))),
            ("nested with", check(counted(app.send_with(Nested, call())), Ok(2))),
            ("publish with", check(told(counted(app.publish_with(Charged(1), call()))), true)),
            ("in order with", check(told(counted(app.publish_with(InOrder(1), call()))), true)),
            ("stream with", check(counted(sum_of(app.stream_with(UpTo(100), call()))), sum)),
        ];
        for (entry, allocations) in entries {
            assert!(allocations <= allowed, "{entry}: {allocations} allocations");
        }
    }
}

pub fn check<T: PartialEq + std::fmt::Debug>((output, allocations): (T, u64), expected: T) -> u64 {
    assert_eq!(output, expected);
    allocations
}

pub fn told((told, allocations): (Result<(), PublishError>, u64)) -> (bool, u64) {
    (told.is_ok(), allocations)
}
