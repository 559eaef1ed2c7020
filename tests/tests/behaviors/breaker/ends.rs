//! How a call may end otherwise: dropped, late, with a panic, as a stream or an event.

use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::task::Poll;

use catga::prelude::*;
use catga::testing::VirtualClock;
use catga_tests::{collect_ready, poll_once};
use futures_util::{FutureExt as _, future};

use super::{BUSY, Crash, Do, List, OPEN, Told, app, unavailable};

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

/// Its check may panic, and that runs before anything is polled.
#[command(validate)]
struct Checked {
    panics: bool,
}

impl Valid for Checked {
    fn check(&self, _: &mut Checks) {
        assert!(!self.panics, "in the check");
    }
}

struct Door {
    breaker: CircuitBreaker,
}

#[handler]
#[pipeline(self.breaker, Validate)]
impl Door {
    fn checked(&self, _cmd: Checked) {}
}

#[mediator(clock = self.clock)]
#[pipeline(CatchPanic)]
struct House {
    clock: VirtualClock,
    door: Door,
}

#[tokio::test]
async fn a_panic_while_the_chain_is_built_is_a_failure_too() {
    let door = Door { breaker: CircuitBreaker::new(1, OPEN) };
    let house = House { clock: VirtualClock::new(), door };
    for what in ["a call", "a probe"] {
        assert!(matches!(house.send(Checked { panics: true }).await, Err(Error::Panicked(_))), "{what}");
        assert_eq!(house.send(Checked { panics: false }).await, Err(Error::Unavailable { retry_after: Some(OPEN) }));
        house.clock.advance(OPEN);
    }
    assert_eq!(house.send(Checked { panics: false }).await, Ok(()), "no probe is lost");
    assert_eq!(house.send(Checked { panics: false }).await, Ok(()));
}
