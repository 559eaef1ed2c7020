//! `Bulkhead`: one caller after the other, and many at once.

use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::task::Poll;

use catga::prelude::*;
use catga::scope::Call;
use catga::testing::VirtualClock;
use catga_tests::{collect_ready, drive, poll_once};
use futures_util::future::join_all;
use futures_util::{FutureExt as _, Stream, stream};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// Answers when it may, with how many ran before it.
#[command(reply = u32)]
struct Work;

#[query(reply = u32)]
struct Ask;

#[query(stream = u32)]
struct List;

#[event]
struct Told;

#[command]
struct Crash;

struct Room {
    bulkhead: Bulkhead,
    go_on: Semaphore,
    begun: AtomicU32,
    running: AtomicU32,
    most: AtomicU32,
}

impl Room {
    fn new(bulkhead: Bulkhead) -> Self {
        Self {
            bulkhead,
            go_on: Semaphore::new(0),
            begun: AtomicU32::new(0),
            running: AtomicU32::new(0),
            most: AtomicU32::new(0),
        }
    }

    async fn act(&self) -> u32 {
        let number = self.begun.fetch_add(1, SeqCst);
        let _inside = Inside::enter(self);
        self.go_on.acquire().await.unwrap().forget();
        number
    }
}

struct Inside<'a>(&'a Room);

impl<'a> Inside<'a> {
    fn enter(room: &'a Room) -> Self {
        let running = room.running.fetch_add(1, SeqCst) + 1;
        room.most.fetch_max(running, SeqCst);
        Self(room)
    }
}

impl Drop for Inside<'_> {
    fn drop(&mut self) {
        self.0.running.fetch_sub(1, SeqCst);
    }
}

#[handler]
#[pipeline(self.bulkhead)]
impl Room {
    async fn work(&self, _cmd: Work) -> u32 {
        self.act().await
    }

    async fn ask(&self, _query: Ask) -> u32 {
        self.act().await
    }

    fn list(&self, _query: List) -> impl Stream<Item = u32> {
        self.begun.fetch_add(1, SeqCst);
        stream::iter([1, 2])
    }

    async fn on_told(&self, _event: &Told) {
        self.act().await;
    }

    async fn crash(&self, _cmd: Crash) {
        panic!("it crashes");
    }
}

#[mediator(clock = self.clock, timer = self.clock)]
#[pipeline(Timeout::secs(5))]
struct App {
    clock: VirtualClock,
    room: Room,
}

fn app(bulkhead: Bulkhead) -> App {
    App { clock: VirtualClock::new(), room: Room::new(bulkhead) }
}

impl App {
    fn begun(&self) -> u32 {
        self.room.begun.load(SeqCst)
    }

    fn go_on(&self, calls: usize) {
        self.room.go_on.add_permits(calls);
    }
}

const REFUSED: Outcome<Work> = Err(Error::Unavailable { retry_after: None });

type Sent<'a> = Pin<Box<dyn Future<Output = Outcome<Work>> + Send + 'a>>;

/// Sends so many that wait.
async fn send_waiting(app: &App, count: usize) -> Vec<Sent<'_>> {
    let mut calls: Vec<Sent<'_>> = Vec::new();
    for _ in 0..count {
        let mut call: Sent<'_> = Box::pin(app.send(Work));
        assert!(poll_once(&mut call).await.is_pending());
        calls.push(call);
    }
    calls
}

#[tokio::test]
async fn so_many_run_so_many_wait_and_the_rest_are_refused() {
    let app = app(Bulkhead::new(2, 3));
    let calls = send_waiting(&app, 5).await;
    assert_eq!((app.begun(), app.room.bulkhead.running()), (2, 2));
    assert_eq!(app.send(Work).await, REFUSED);
    app.go_on(5);
    assert_eq!(join_all(calls).await, [Ok(0), Ok(1), Ok(2), Ok(3), Ok(4)], "first come first served");
    assert_eq!(app.room.most.load(SeqCst), 2);
    assert_eq!(app.room.bulkhead.running(), 0);
}

#[tokio::test]
async fn without_a_line_nobody_waits() {
    for bulkhead in [Bulkhead::refusing(1), Bulkhead::new(1, 0), Bulkhead::new(0, 0)] {
        let app = app(bulkhead);
        let mut call = pin!(app.send(Work));
        assert!(poll_once(&mut call).await.is_pending());
        assert_eq!(app.send(Work).await, REFUSED);
        app.go_on(2);
        assert_eq!(call.await, Ok(0));
        assert_eq!(app.send(Work).await, Ok(1));
    }
}

#[tokio::test]
async fn who_comes_later_does_not_pass_the_line() {
    let app = app(Bulkhead::new(1, 2));
    let mut calls = send_waiting(&app, 2).await;
    app.go_on(1);
    assert_eq!(poll_once(&mut calls[0]).await, Poll::Ready(Ok(0)));
    // The place is the second's, though it has not been polled.
    let mut late = pin!(app.send(Work));
    assert!(poll_once(&mut late).await.is_pending());
    assert_eq!(app.begun(), 1);
    app.go_on(2);
    assert_eq!(poll_once(&mut late).await, Poll::Pending);
    assert_eq!(poll_once(&mut calls[1]).await, Poll::Ready(Ok(1)));
    assert_eq!(late.await, Ok(2));
}

#[tokio::test]
async fn who_is_dropped_gives_its_place_back() {
    let app = app(Bulkhead::new(1, 3));
    let mut calls = send_waiting(&app, 4).await;
    // One in the middle of the line.
    drop(calls.remove(2));
    let mut last = pin!(app.send(Work));
    assert!(poll_once(&mut last).await.is_pending(), "and there is room in the line");
    // One that runs.
    drop(calls.remove(0));
    // One that has been given the place and does not know.
    drop(calls.remove(0));
    assert_eq!(app.begun(), 1);
    app.go_on(2);
    assert_eq!(calls.remove(0).await, Ok(1));
    assert_eq!(last.await, Ok(2));
    assert_eq!(app.room.bulkhead.running(), 0);
}

#[tokio::test]
async fn a_finished_call_that_is_kept_holds_no_place() {
    let app = app(Bulkhead::refusing(1));
    app.go_on(2);
    let mut call: Sent<'_> = Box::pin(app.send(Work));
    assert_eq!(poll_once(&mut call).await, Poll::Ready(Ok(0)));
    assert_eq!(app.send(Work).await, Ok(1));
    drop(call);
    assert_eq!(app.room.bulkhead.running(), 0);
}

#[tokio::test]
async fn a_panic_gives_the_place_back() {
    let app = app(Bulkhead::refusing(1));
    assert!(std::panic::AssertUnwindSafe(app.send(Crash)).catch_unwind().await.is_err());
    app.go_on(1);
    assert_eq!(app.send(Work).await, Ok(0));
}

#[tokio::test]
async fn who_is_cancelled_while_it_waits_does_not_run() {
    let app = app(Bulkhead::new(1, 1));
    let mut first = pin!(app.send(Work));
    assert!(poll_once(&mut first).await.is_pending());
    let cancel = Cancel::new();
    let call = Call::new().cancel(&cancel);
    let mut second = pin!(app.send_with(Work, call));
    assert!(poll_once(&mut second).await.is_pending());
    cancel.cancel();
    app.go_on(2);
    assert_eq!(first.await, Ok(0));
    assert_eq!(second.await, Err(Error::Cancelled));
    assert_eq!((app.begun(), app.room.bulkhead.running()), (1, 0));
}

#[tokio::test]
async fn a_timeout_around_ends_the_wait() {
    let app = app(Bulkhead::new(1, 1));
    let mut first: Sent<'_> = Box::pin(app.send(Work));
    assert!(poll_once(&mut first).await.is_pending());
    assert_eq!(drive(&app.clock, app.send(Work)).await.0, Err(Error::Timeout));
    app.go_on(1);
    assert_eq!(poll_once(&mut first).await, Poll::Ready(Ok(0)));
    assert_eq!((app.begun(), app.room.bulkhead.running()), (1, 0));
}

#[tokio::test]
async fn queries_and_events_take_places_too() {
    let app = app(Bulkhead::new(1, 1));
    let mut told = pin!(app.publish(Told));
    assert!(poll_once(&mut told).await.is_pending());
    let mut asked = pin!(app.send(Ask));
    assert!(poll_once(&mut asked).await.is_pending());
    let refused = app.publish(Told).await.unwrap_err();
    assert!(matches!(refused.failures()[0].error, Error::Unavailable { retry_after: None }));
    app.go_on(2);
    told.await.unwrap();
    assert_eq!(asked.await, Ok(1));
}

#[tokio::test]
async fn a_stream_holds_its_place_until_its_last_row() {
    let app = app(Bulkhead::new(1, 1));
    let mut rows = pin!(app.stream(List));
    assert_eq!(futures_util::StreamExt::next(&mut rows).await, Some(Ok(1)));
    let mut other = pin!(app.stream(List));
    let mut first = std::future::poll_fn(|cx| other.as_mut().poll_next(cx));
    assert!(poll_once(&mut first).await.is_pending());
    assert!(matches!(collect_ready(app.stream(List)).await[..], [Err(Error::Unavailable { .. })]));
    assert_eq!(collect_ready(rows).await, [Ok(2)]);
    assert_eq!(poll_once(&mut first).await, Poll::Ready(Some(Ok(1))));
    assert_eq!(app.room.bulkhead.running(), 1);
    assert_eq!(app.begun(), 2);
}

#[tokio::test]
async fn a_stream_that_is_dropped_gives_its_place_back() {
    let app = app(Bulkhead::refusing(1));
    {
        let mut rows = pin!(app.stream(List));
        assert_eq!(futures_util::StreamExt::next(&mut rows).await, Some(Ok(1)));
        assert_eq!(app.room.bulkhead.running(), 1);
    }
    assert_eq!(app.room.bulkhead.running(), 0);
    assert_eq!(collect_ready(app.stream(List)).await.len(), 2);
}

/// Never more than there are places, nobody waits for ever, and no place is lost, however many are dropped.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_storm_with_callers_that_are_dropped() {
    for round in 0..200 {
        let app = Arc::new(app(Bulkhead::new(3, 16)));
        let mut calls = JoinSet::new();
        for number in 0..32_u64 {
            let app = Arc::clone(&app);
            calls.spawn(async move {
                let mut call: Sent<'_> = Box::pin(app.send(Work));
                if (number * 7 + round) % 3 != 0 {
                    return Some(call.await);
                }
                for _ in 0..number % 4 {
                    if let Poll::Ready(outcome) = poll_once(&mut call).await {
                        return Some(outcome);
                    }
                    tokio::task::yield_now().await;
                }
                None
            });
        }
        app.go_on(64);
        let outcomes = calls.join_all().await;
        assert!(outcomes.iter().flatten().all(|outcome| outcome.is_ok() || *outcome == REFUSED), "{outcomes:?}");
        assert!(app.room.most.load(SeqCst) <= 3);
        assert_eq!(app.room.bulkhead.running(), 0);
    }
}
