//! Nothing is allocated for messages without heap data. A binary of its own, as it has an allocator of its
//! own, which counts what each thread asks for.

mod entries;
mod mediators;
mod parts;

use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use catga::prelude::*;
use catga::scope::Call;
use catga_tests::counting::Counting;
use futures_util::{Stream, StreamExt as _};

use crate::entries::{allocates_nothing, check, counted};
use crate::mediators::{Around, Bare, Bounded, Calls, Guarded, Lenient, Passing, Production};
use crate::parts::{Caller, Charge, First, Payments, Second, Third};

#[global_allocator]
static COUNTING: Counting = Counting;

#[test]
fn a_bare_send() {
    allocates_nothing(&Bare { payments: Payments, first: First, second: Second, third: Third });
}

#[test]
fn a_mediator_inside_of_another() {
    let bare = Bare { payments: Payments, first: First, second: Second, third: Third };
    allocates_nothing(&Around { bare });
}

/// What ends in any order and is answered in order has a place on the heap: one for each message, and the one list of
/// those that run, which the stream makes once. What was sent along costs nothing.
#[test]
fn a_batch_allocates_one_place_for_each_message() {
    let bare = Bare { payments: Payments, first: First, second: Second, third: Third };
    let (caller, stop) = (Caller { number: 7 }, Cancel::new());
    let call = Call::new().extension(&caller).cancel(&stop);
    let charges = |messages| (0..messages).map(|n| Charge { cents: 100 + n });
    for (messages, at_most) in [(0, 1), (1, 1), (10, 1), (100, 1), (100, 4), (1_000, 4), (1_000, 64)] {
        let sum: u64 = (0..messages).map(|n| 100 + n).sum();
        let plain = counted(async { charged(bare.send_all(charges(messages), at_most)).await });
        let with = counted(async { charged(bare.send_all_with(charges(messages), at_most, call)).await });
        for batch in [plain, with] {
            assert_eq!(check(batch, sum), messages + LIST, "{messages} messages, {at_most} at a time");
        }
    }
}

/// What `futures`' list of running futures allocates by itself.
const LIST: u64 = 2;

async fn charged(batch: impl Stream<Item = Outcome<Charge>>) -> u64 {
    batch.fold(0, async |sum, charged| sum + charged.unwrap()).await
}

#[test]
fn five_behaviors_that_pass_on() {
    allocates_nothing(&Passing { payments: Payments, first: First, second: Second, third: Third });
}

/// The timeout arms tokio's timer at each wait.
#[test]
fn a_pipeline_for_production() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let _entered = runtime.enter();
    let breaker = CircuitBreaker::new(3, Duration::from_secs(1));
    allocates_nothing(&Production { breaker, payments: Payments, first: First, second: Second, third: Third });
}

const HALF: FailureRate = FailureRate { percent: 50, least: 8, window: Duration::from_secs(8) };

/// With places and tokens there, keys that are known, and a reply that is kept.
#[test]
fn a_bounded_pipeline() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let _entered = runtime.enter();
    allocates_nothing(&Bounded {
        bulkhead: Bulkhead::new(16, 16),
        limit: RateLimit::per_second(1_000_000),
        turns: RateLimit::per_second(1_000_000).waiting(16),
        each: PerKey::new(16, Lenient, || CircuitBreaker::by_rate(HALF, Duration::from_secs(1))),
        cache: Cache::new(16, Duration::from_secs(60)),
        payments: Payments,
        first: First,
        second: Second,
        third: Third,
    });
}

#[test]
fn behaviors_that_watch_guard_and_recover() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let _entered = runtime.enter();
    let (calls, lenient) = (Calls::default(), Lenient);
    let app = Guarded { calls, lenient, payments: Payments, first: First, second: Second, third: Third };
    allocates_nothing(&app);
    assert!(app.calls.0.load(Relaxed) > 0);
}

#[test]
fn the_counter_counts() {
    let (_, allocations) = counted(async { drop(std::hint::black_box(Box::new(1))) });
    assert_eq!(allocations, 1);
}
