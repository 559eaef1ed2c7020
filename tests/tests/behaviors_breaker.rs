//! `CircuitBreaker` on virtual time, one call after the other.

use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::task::Poll;
use std::time::Duration;

use catga::error::Classify as _;
use catga::prelude::*;
use catga::testing::VirtualClock;
use catga_tests::{Trouble, collect_ready, poll_once};
use futures_util::{FutureExt as _, Stream, future, stream};
use tokio::sync::Notify;

const SECOND: Duration = Duration::from_secs(1);
const OPEN: Duration = Duration::from_secs(10);

/// What the handler is to do.
#[derive(Clone, Copy)]
enum Do {
    Answer,
    Fail(Trouble),
    Panic,
    /// Waits for the test, and then does the rest.
    Wait(&'static Do),
}

#[command(reply = (), error = Trouble)]
struct Call(Do);

#[query(stream = u32, error = Trouble)]
struct List(Do);

#[event]
struct Told(Do);

/// Past the breaker.
#[command]
struct Crash;

struct Remote {
    breaker: CircuitBreaker,
    reached: AtomicU32,
    go_on: Notify,
}

impl Remote {
    fn act(&self, what: Do) -> Result<(), Trouble> {
        match what {
            Do::Answer => Ok(()),
            Do::Fail(trouble) => Err(trouble),
            Do::Panic => panic!("the remote panics"),
            Do::Wait(then) => self.act(*then),
        }
    }
}

#[handler]
#[pipeline(self.breaker)]
impl Remote {
    async fn call(&self, cmd: Call) -> Result<(), Trouble> {
        self.reached.fetch_add(1, SeqCst);
        if let Do::Wait(_) = cmd.0 {
            self.go_on.notified().await;
        }
        self.act(cmd.0)
    }

    fn list(&self, query: List) -> impl Stream<Item = Result<u32, Trouble>> {
        self.reached.fetch_add(1, SeqCst);
        let end = self.act(query.0).err().map(Err);
        stream::iter([Ok(1), Ok(2)].into_iter().chain(end))
    }

    fn on_told(&self, event: &Told) -> Result<(), Trouble> {
        self.reached.fetch_add(1, SeqCst);
        self.act(event.0)
    }
}

struct Crashing;

#[handler]
impl Crashing {
    async fn crash(&self, _cmd: Crash) {
        panic!("a neighbour panics");
    }
}

#[mediator(clock = self.clock)]
struct App {
    clock: VirtualClock,
    remote: Remote,
    crashing: Crashing,
}

fn app(breaker: CircuitBreaker) -> App {
    let remote = Remote { breaker, reached: AtomicU32::new(0), go_on: Notify::new() };
    App { clock: VirtualClock::new(), remote, crashing: Crashing }
}

const BUSY: Do = Do::Fail(Trouble::Busy);

impl App {
    async fn call(&self, what: Do) -> Outcome<Call> {
        self.send(Call(what)).await
    }

    fn is_open(&self) -> bool {
        self.remote.breaker.is_open(&self.clock)
    }

    fn reached(&self) -> u32 {
        self.remote.reached.load(SeqCst)
    }

    /// Opens it and waits until it is half-open.
    async fn half_open(&self) {
        assert!(self.call(BUSY).await.is_err());
        self.clock.advance(OPEN);
    }
}

fn unavailable(after: Option<Duration>) -> Outcome<Call> {
    Err(Error::Unavailable { retry_after: after })
}

#[tokio::test]
async fn so_many_failures_in_a_row_open_it() {
    let app = app(CircuitBreaker::new(3, OPEN));
    for what in [BUSY, BUSY, Do::Answer, BUSY, BUSY] {
        let _ = app.call(what).await;
        assert!(!app.is_open());
    }
    assert_eq!(app.call(BUSY).await, Err(Error::Handler(Trouble::Busy)));
    assert!(app.is_open());
    assert_eq!(app.call(Do::Answer).await, unavailable(Some(OPEN)));
    assert_eq!(app.reached(), 6, "the handler was not reached");
}

#[tokio::test]
async fn it_says_how_long_it_stays_open() {
    let app = app(CircuitBreaker::new(1, OPEN));
    let _ = app.call(BUSY).await;
    app.clock.advance(SECOND * 4);
    let refused = app.call(Do::Answer).await;
    assert_eq!(refused, unavailable(Some(SECOND * 6)));
    assert_eq!(refused.unwrap_err().class(), Class::Transient);
    app.clock.advance(SECOND * 6);
    assert!(!app.is_open());
}

#[tokio::test]
async fn only_transient_and_unknown_are_failures() {
    let app = app(CircuitBreaker::new(1, OPEN));
    for what in [Do::Fail(Trouble::Wrong), Do::Fail(Trouble::Stale)] {
        assert!(app.call(what).await.is_err());
        assert!(!app.is_open(), "a handler that says no works");
    }
    assert_eq!(app.call(Do::Fail(Trouble::Lost)).await, Err(Error::Handler(Trouble::Lost)));
    assert!(app.is_open());
}

#[tokio::test]
async fn a_permanent_error_ends_a_row_of_failures() {
    let app = app(CircuitBreaker::new(2, OPEN));
    for what in [BUSY, Do::Fail(Trouble::Wrong), BUSY] {
        assert!(app.call(what).await.is_err());
    }
    assert!(!app.is_open());
}

#[tokio::test]
async fn a_probe_that_succeeds_closes_it() {
    let app = app(CircuitBreaker::new(1, OPEN));
    app.half_open().await;
    assert_eq!(app.call(Do::Answer).await, Ok(()));
    for _ in 0..5 {
        assert_eq!(app.call(Do::Answer).await, Ok(()));
    }
}

#[tokio::test]
async fn a_probe_that_fails_opens_it_again_for_as_long() {
    let app = app(CircuitBreaker::new(3, OPEN));
    for _ in 0..3 {
        let _ = app.call(BUSY).await;
    }
    app.clock.advance(OPEN);
    assert_eq!(app.call(BUSY).await, Err(Error::Handler(Trouble::Busy)), "one is enough");
    assert_eq!(app.call(Do::Answer).await, unavailable(Some(OPEN)));
}

#[tokio::test]
async fn a_probe_that_is_refused_by_the_handler_closes_it() {
    let app = app(CircuitBreaker::new(1, OPEN));
    app.half_open().await;
    assert_eq!(app.call(Do::Fail(Trouble::Wrong)).await, Err(Error::Handler(Trouble::Wrong)));
    assert_eq!(app.call(Do::Answer).await, Ok(()));
}

#[tokio::test]
async fn all_probes_have_to_succeed() {
    let app = app(CircuitBreaker::new(1, OPEN).probes(2));
    app.half_open().await;
    let mut waits = pin!(app.call(Do::Wait(&Do::Answer)));
    assert!(poll_once(&mut waits).await.is_pending());
    assert_eq!(app.call(Do::Answer).await, Ok(()));
    assert_eq!(app.call(Do::Answer).await, unavailable(None), "both places are taken");
    app.remote.go_on.notify_one();
    assert_eq!(waits.await, Ok(()));
    assert_eq!(app.call(Do::Answer).await, Ok(()));
}

#[tokio::test]
async fn a_probe_that_is_dropped_gives_its_place_back() {
    let app = app(CircuitBreaker::new(1, OPEN));
    app.half_open().await;
    for _ in 0..3 {
        let mut probe = Box::pin(app.call(Do::Wait(&Do::Answer)));
        assert!(poll_once(&mut probe).await.is_pending());
        assert_eq!(app.call(Do::Answer).await, unavailable(None));
        drop(probe);
    }
    assert_eq!(app.call(Do::Answer).await, Ok(()), "and its end is not known, so it is still half-open");
    assert_eq!(app.call(Do::Answer).await, Ok(()));
}

#[tokio::test]
async fn a_call_that_is_dropped_is_no_failure() {
    let app = app(CircuitBreaker::new(1, OPEN));
    let mut call = Box::pin(app.call(Do::Wait(&BUSY)));
    assert!(poll_once(&mut call).await.is_pending());
    drop(call);
    assert_eq!(app.call(Do::Answer).await, Ok(()));
}

#[tokio::test]
async fn a_late_success_does_not_close_it() {
    let app = app(CircuitBreaker::new(1, OPEN));
    let mut late = pin!(app.call(Do::Wait(&Do::Answer)));
    assert!(poll_once(&mut late).await.is_pending());
    assert!(app.call(BUSY).await.is_err());
    app.remote.go_on.notify_one();
    assert_eq!(poll_once(&mut late).await, Poll::Ready(Ok(())));
    assert!(app.is_open());
    app.clock.advance(OPEN);
    let mut probe = pin!(app.call(Do::Wait(&Do::Answer)));
    assert!(poll_once(&mut probe).await.is_pending());
    assert_eq!(app.call(Do::Answer).await, unavailable(None));
}

#[tokio::test]
async fn a_late_failure_does_not_open_it() {
    let app = app(CircuitBreaker::new(1, OPEN).probes(2));
    let mut late = pin!(app.call(Do::Wait(&BUSY)));
    assert!(poll_once(&mut late).await.is_pending());
    let mut later = pin!(app.call(Do::Wait(&BUSY)));
    assert!(poll_once(&mut later).await.is_pending());
    app.half_open().await;
    assert_eq!(app.call(Do::Answer).await, Ok(()));
    app.remote.go_on.notify_one();
    assert!(late.await.is_err(), "half-open");
    assert_eq!(app.call(Do::Answer).await, Ok(()));
    app.remote.go_on.notify_one();
    assert!(later.await.is_err(), "closed");
    assert_eq!(app.call(Do::Answer).await, Ok(()));
}

#[tokio::test]
async fn a_panic_is_a_failure() {
    let app = app(CircuitBreaker::new(1, OPEN));
    assert!(AssertUnwindSafe(app.call(Do::Panic)).catch_unwind().await.is_err());
    assert!(app.is_open());
    app.clock.advance(OPEN);
    assert!(AssertUnwindSafe(app.call(Do::Panic)).catch_unwind().await.is_err());
    assert!(app.is_open(), "a probe that panics");
}

/// What waits beside it is dropped while the thread unwinds, and has not panicked.
#[tokio::test]
async fn a_panic_of_somebody_else_is_none() {
    let app = app(CircuitBreaker::new(1, OPEN));
    let both = async { future::join(app.call(Do::Wait(&Do::Answer)), app.send(Crash)).await };
    assert!(AssertUnwindSafe(both).catch_unwind().await.is_err());
    assert_eq!(app.reached(), 1);
    assert!(!app.is_open());
}

#[tokio::test]
async fn streams_and_events_count_as_calls_do() {
    let app = app(CircuitBreaker::new(2, OPEN));
    assert_eq!(collect_ready(app.stream(List(BUSY))).await.len(), 3);
    assert!(app.publish(Told(BUSY)).await.is_err());
    assert!(app.is_open());
    let rows = collect_ready(app.stream(List(Do::Answer))).await;
    assert!(matches!(rows[..], [Err(Error::Unavailable { retry_after: Some(OPEN) })]));
    let told = app.publish(Told(Do::Answer)).await.unwrap_err();
    assert!(matches!(told.failures()[0].error, Error::Unavailable { .. }));
    app.clock.advance(OPEN);
    assert_eq!(collect_ready(app.stream(List(Do::Answer))).await.len(), 2);
    app.publish(Told(Do::Answer)).await.unwrap();
}
