//! `Cache` on virtual time.

use std::panic::AssertUnwindSafe;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::SeqCst};
use std::task::Poll;
use std::time::Duration;

use catga::prelude::*;
use catga::scope::Call;
use catga::testing::VirtualClock;
use catga_tests::{Trouble, poll_once};
use futures_util::FutureExt as _;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

const TTL: Duration = Duration::from_secs(30);

/// Answers with how often it was run, and what was asked.
#[query(reply = (u32, u32), error = Trouble)]
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Price(u32);

/// Waits until it may.
#[query(reply = u32, error = Trouble)]
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Slow(u32);

struct Prices {
    cache: Cache<Price>,
    slow: Cache<Slow>,
    runs: AtomicU32,
    fails: AtomicBool,
    go_on: Semaphore,
}

#[handler]
impl Prices {
    #[pipeline(self.cache)]
    fn price(&self, query: Price) -> Result<(u32, u32), Trouble> {
        let run = self.runs.fetch_add(1, SeqCst);
        if self.fails.load(SeqCst) { Err(Trouble::Busy) } else { Ok((run, query.0)) }
    }

    #[pipeline(self.slow)]
    async fn slow(&self, query: Slow) -> Result<u32, Trouble> {
        let run = self.runs.fetch_add(1, SeqCst);
        self.go_on.acquire().await.unwrap().forget();
        match query.0 {
            666 => panic!("the price of the beast"),
            _ if self.fails.swap(false, SeqCst) => Err(Trouble::Busy),
            _ => Ok(run),
        }
    }
}

#[mediator(clock = self.clock)]
struct App {
    clock: VirtualClock,
    prices: Prices,
}

fn app(capacity: usize) -> App {
    let prices = Prices {
        cache: Cache::new(capacity, TTL),
        slow: Cache::new(capacity, TTL),
        runs: AtomicU32::new(0),
        fails: AtomicBool::new(false),
        go_on: Semaphore::new(0),
    };
    App { clock: VirtualClock::new(), prices }
}

type Sent<'a> = Pin<Box<dyn Future<Output = Outcome<Slow>> + Send + 'a>>;

async fn send_waiting(app: &App, count: usize) -> Vec<Sent<'_>> {
    let mut calls: Vec<Sent<'_>> = Vec::new();
    for _ in 0..count {
        let mut call: Sent<'_> = Box::pin(app.send(Slow(1)));
        assert!(poll_once(&mut call).await.is_pending());
        calls.push(call);
    }
    calls
}

impl App {
    fn runs(&self) -> u32 {
        self.prices.runs.load(SeqCst)
    }
}

#[tokio::test]
async fn the_same_query_is_answered_once_in_its_time() {
    let app = app(8);
    assert_eq!(app.send(Price(7)).await, Ok((0, 7)));
    assert_eq!(app.send(Price(7)).await, Ok((0, 7)));
    assert_eq!(app.send(Price(8)).await, Ok((1, 8)), "another key");
    app.clock.advance(TTL - Duration::from_nanos(1));
    assert_eq!(app.send(Price(7)).await, Ok((0, 7)));
    app.clock.advance(Duration::from_nanos(1));
    assert_eq!(app.send(Price(7)).await, Ok((2, 7)));
    assert_eq!(app.send(Price(7)).await, Ok((2, 7)), "and it is kept anew");
}

#[tokio::test]
async fn a_replys_time_begins_when_it_is_given() {
    let app = app(8);
    let mut calls = send_waiting(&app, 1).await;
    app.clock.advance(TTL * 2);
    app.prices.go_on.add_permits(1);
    assert_eq!(calls.remove(0).await, Ok(0));
    app.clock.advance(TTL - Duration::from_nanos(1));
    assert_eq!(poll_once(&mut pin!(app.send(Slow(1)))).await, Poll::Ready(Ok(0)));
    app.clock.advance(Duration::from_nanos(1));
    assert!(poll_once(&mut pin!(app.send(Slow(1)))).await.is_pending(), "it is run again");
}

#[tokio::test]
async fn errors_are_not_kept() {
    let app = app(8);
    app.prices.fails.store(true, SeqCst);
    assert_eq!(app.send(Price(1)).await, Err(Error::Handler(Trouble::Busy)));
    assert!(app.prices.cache.is_empty());
    app.prices.fails.store(false, SeqCst);
    assert_eq!(app.send(Price(1)).await, Ok((1, 1)));
    app.prices.fails.store(true, SeqCst);
    assert_eq!(app.send(Price(1)).await, Ok((1, 1)));
    app.clock.advance(TTL);
    assert!(app.send(Price(1)).await.is_err(), "nor does one leave the old reply there");
    assert!(app.send(Price(1)).await.is_err());
    assert_eq!(app.runs(), 4);
}

#[tokio::test]
async fn what_is_invalidated_is_run_again() {
    let app = app(8);
    for price in [1, 2, 3] {
        app.send(Price(price)).await.unwrap();
    }
    assert!(app.prices.cache.invalidate(&Price(2)));
    assert!(!app.prices.cache.invalidate(&Price(2)));
    assert_eq!(app.send(Price(1)).await, Ok((0, 1)));
    assert_eq!(app.send(Price(2)).await, Ok((3, 2)));
    app.prices.cache.clear();
    assert!(app.prices.cache.is_empty());
    assert_eq!(app.send(Price(1)).await, Ok((4, 1)));
}

#[tokio::test]
async fn it_keeps_no_more_than_its_capacity() {
    let app = app(16);
    for price in 0..1_000 {
        app.send(Price(price)).await.unwrap();
        assert!(app.prices.cache.len() <= 16);
    }
    assert!(app.prices.cache.len() >= 8);
    let app = smallest();
    assert_eq!(app.send(Price(1)).await, Ok((0, 1)));
    assert!(app.prices.cache.len() <= 1);
}

/// A capacity of nothing is one of one.
fn smallest() -> App {
    app(0)
}

#[tokio::test]
async fn what_is_asked_for_often_stays() {
    let app = app(64);
    app.send(Price(0)).await.unwrap();
    for price in 1..2_000 {
        app.send(Price(price)).await.unwrap();
        app.send(Price(0)).await.unwrap();
    }
    assert_eq!(app.send(Price(0)).await, Ok((0, 0)));
}

#[tokio::test]
async fn a_reply_that_lives_no_time_is_not_kept() {
    let mut app = app(8);
    app.prices.cache = Cache::new(8, Duration::ZERO);
    assert_eq!(app.send(Price(1)).await, Ok((0, 1)));
    assert_eq!(app.send(Price(1)).await, Ok((1, 1)));
}

#[tokio::test]
async fn callers_of_one_key_share_one_run() {
    let app = app(8);
    let calls = send_waiting(&app, 5).await;
    app.prices.go_on.add_permits(1);
    for call in calls {
        assert_eq!(call.await, Ok(0));
    }
    assert_eq!(app.runs(), 1);
}

#[tokio::test]
async fn another_key_does_not_wait() {
    let app = app(8);
    let calls = send_waiting(&app, 1).await;
    let mut other = pin!(app.send(Slow(2)));
    assert!(poll_once(&mut other).await.is_pending());
    assert_eq!(app.runs(), 2);
    app.prices.go_on.add_permits(2);
    assert_eq!(other.await, Ok(1));
    drop(calls);
}

#[tokio::test]
async fn a_leader_that_is_dropped_hands_over() {
    let app = app(8);
    let mut calls = send_waiting(&app, 4).await;
    drop(calls.remove(0));
    // Whoever is next runs it.
    for call in &mut calls {
        assert!(poll_once(call).await.is_pending());
    }
    assert_eq!(app.runs(), 2);
    app.prices.go_on.add_permits(1);
    for outcome in futures_util::future::join_all(calls).await {
        assert_eq!(outcome, Ok(1));
    }
    assert_eq!(app.runs(), 2);
}

#[tokio::test]
async fn an_heir_that_is_dropped_before_it_knows_hands_over_too() {
    let app = app(8);
    for dropped in 1..4 {
        app.prices.slow.clear();
        let mut calls = send_waiting(&app, 4).await;
        calls.drain(..dropped);
        app.prices.go_on.add_permits(1);
        let outcomes = futures_util::future::join_all(calls).await;
        assert!(outcomes.iter().all(|outcome| outcome.is_ok() && *outcome == outcomes[0]), "{outcomes:?}");
    }
}

#[tokio::test]
async fn a_waiter_that_is_dropped_just_leaves() {
    let app = app(8);
    let mut calls = send_waiting(&app, 3).await;
    drop(calls.remove(1));
    app.prices.go_on.add_permits(1);
    for call in calls {
        assert_eq!(call.await, Ok(0));
    }
}

#[tokio::test]
async fn an_error_is_the_leaders_alone() {
    let app = app(8);
    app.prices.fails.store(true, SeqCst);
    let calls = send_waiting(&app, 3).await;
    app.prices.go_on.add_permits(2);
    let outcomes = futures_util::future::join_all(calls).await;
    assert_eq!(outcomes, [Err(Error::Handler(Trouble::Busy)), Ok(1), Ok(1)]);
}

#[tokio::test]
async fn a_leader_that_panics_hands_over() {
    let app = app(8);
    let mut first = Box::pin(AssertUnwindSafe(app.send(Slow(666))).catch_unwind());
    assert!(poll_once(&mut first).await.is_pending());
    let mut second = Box::pin(AssertUnwindSafe(app.send(Slow(666))).catch_unwind());
    assert!(poll_once(&mut second).await.is_pending());
    app.prices.go_on.add_permits(2);
    assert!(first.await.is_err());
    assert!(second.await.is_err());
    assert_eq!(app.runs(), 2);
}

#[tokio::test]
async fn who_is_cancelled_while_it_waits_does_not_lead() {
    let app = app(8);
    let mut calls = send_waiting(&app, 1).await;
    let cancel = Cancel::new();
    let mut second = pin!(app.send_with(Slow(1), Call::new().cancel(&cancel)));
    assert!(poll_once(&mut second).await.is_pending());
    cancel.cancel();
    drop(calls.remove(0));
    assert_eq!(poll_once(&mut second).await, Poll::Ready(Err(Error::Cancelled)));
    assert_eq!(app.runs(), 1);
}

#[tokio::test]
async fn a_run_that_is_invalidated_on_its_way_is_not_kept() {
    for clear in [false, true] {
        let app = app(8);
        let calls = send_waiting(&app, 2).await;
        if clear {
            app.prices.slow.clear();
        } else {
            app.prices.slow.invalidate(&Slow(1));
        }
        let mut later = pin!(app.send(Slow(1)));
        assert!(poll_once(&mut later).await.is_pending());
        assert_eq!(app.runs(), 2, "who comes later does not wait for the old run");
        app.prices.go_on.add_permits(2);
        let outcomes = futures_util::future::join(futures_util::future::join_all(calls), later).await;
        assert_eq!(outcomes, (vec![Ok(0), Ok(1)], Ok(1)), "nor does who has waited get the old reply");
        assert_eq!(app.send(Slow(1)).await, Ok(1));
    }
}

/// On many threads: nobody hangs, everybody has an answer, and a run at a time.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_storm_with_leaders_that_are_dropped() {
    for round in 0..200_u32 {
        let app = Arc::new(app(8));
        app.prices.go_on.add_permits(1_000);
        let mut calls = JoinSet::new();
        for number in 0..16 {
            let app = Arc::clone(&app);
            calls.spawn(async move {
                let mut call: Sent<'_> = Box::pin(app.send(Slow(1)));
                if (number + round) % 3 == 0 {
                    return match poll_once(&mut call).await {
                        Poll::Ready(outcome) => outcome.is_ok(),
                        Poll::Pending => true,
                    };
                }
                call.await.is_ok()
            });
        }
        assert!(calls.join_all().await.into_iter().all(|is_ok| is_ok));
        assert_eq!(app.prices.slow.len(), 1);
    }
}
