//! Closed, open, half-open.

use std::pin::pin;
use std::time::Duration;

use catga::error::Classify as _;
use catga::prelude::*;
use catga_tests::{Trouble, poll_once};

use super::{BUSY, Do, OPEN, SECOND, app, unavailable};

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
async fn less_than_a_millisecond_is_no_time_at_all_for_nobody() {
    let rate = FailureRate { percent: 1, least: 1, window: SECOND };
    let short = Duration::from_micros(400);
    for breaker in [CircuitBreaker::new(1, short), CircuitBreaker::by_rate(rate, short)] {
        let app = app(breaker);
        let _ = app.call(BUSY).await;
        assert!(app.is_open());
        assert!(app.call(Do::Answer).await.is_err());
        assert_eq!(app.reached(), 1, "the handler was not reached");
        app.clock.advance(Duration::from_millis(1));
        assert_eq!(app.call(Do::Answer).await, Ok(()));
    }
}
