//! Opened by the rate of failures, and by hand.

use std::pin::pin;

use catga::behaviors::Circuit;
use catga::prelude::*;
use catga_tests::poll_once;

use super::{App, BUSY, Do, OPEN, SECOND, app, unavailable};

/// Half of at least four in eight seconds.
const HALF: FailureRate = FailureRate { percent: 50, least: 4, window: SECOND.saturating_mul(8) };

fn by_rate() -> App {
    app(CircuitBreaker::by_rate(HALF, OPEN))
}

impl App {
    /// One call after the other, each successful (`.`) or not (`x`).
    async fn calls(&self, calls: &str) {
        for call in calls.chars() {
            let _outcome = self.call(if call == 'x' { BUSY } else { Do::Answer }).await;
        }
    }

    fn circuit(&self) -> Circuit {
        self.remote.breaker.circuit(&self.clock)
    }
}

#[tokio::test]
async fn a_part_of_the_calls_opens_it_wherever_they_stand() {
    for calls in ["x.x.x", "..xx", ".x.x", "xxxx"] {
        let app = by_rate();
        app.calls(calls).await;
        assert_eq!(app.circuit(), Circuit::Open, "{calls}");
        assert_eq!(app.call(Do::Answer).await, unavailable(Some(OPEN)));
    }
}

#[tokio::test]
async fn fewer_calls_than_say_something_do_not_open_it() {
    let app = by_rate();
    app.calls("xxx").await;
    assert_eq!(app.circuit(), Circuit::Closed);
    app.calls("..........x").await;
    assert_eq!(app.circuit(), Circuit::Closed, "four of fourteen");
}

#[tokio::test]
async fn what_is_long_ago_does_not_count() {
    let app = by_rate();
    app.calls("xxx").await;
    app.clock.advance(SECOND * 8);
    app.calls("x").await;
    assert_eq!(app.circuit(), Circuit::Closed);
    app.clock.advance(SECOND * 7);
    app.calls("...xx").await;
    assert_eq!(app.circuit(), Circuit::Open, "three of six, with the one that is not so long ago");
}

#[tokio::test]
async fn who_says_no_is_counted_as_one_who_works() {
    let app = by_rate();
    for what in [Do::Fail(catga_tests::Trouble::Wrong), BUSY, Do::Answer, Do::Answer, BUSY] {
        let _outcome = app.call(what).await;
    }
    assert_eq!(app.circuit(), Circuit::Closed, "two of five");
}

#[tokio::test]
async fn closed_again_it_begins_to_count_anew() {
    let app = by_rate();
    app.calls("xxxx").await;
    app.clock.advance(OPEN);
    assert_eq!(app.circuit(), Circuit::HalfOpen);
    app.calls(".xxx").await;
    assert_eq!(app.circuit(), Circuit::Closed, "the probe is none of them");
    app.calls("x").await;
    assert_eq!(app.circuit(), Circuit::Open);
}

#[tokio::test]
async fn rates_out_of_bounds_are_the_nearest_within() {
    let never = FailureRate { percent: 255, least: 0, window: std::time::Duration::ZERO };
    let app = app(CircuitBreaker::by_rate(never, OPEN));
    app.calls(".x").await;
    assert_eq!(app.circuit(), Circuit::Closed, "one of two");
    app.clock.advance(SECOND);
    app.calls("x").await;
    assert_eq!(app.circuit(), Circuit::Open, "all");
    let app = self::app(CircuitBreaker::by_rate(FailureRate { percent: 0, ..HALF }, OPEN));
    app.calls("....").await;
    assert_eq!(app.circuit(), Circuit::Closed, "nothing failed");
    app.calls("x").await;
    assert_eq!(app.circuit(), Circuit::Open);
}

/// Of more calls than an eighth has room for, the rate is kept.
#[tokio::test]
async fn very_many_calls_do_not_overflow() {
    let app = app(CircuitBreaker::by_rate(FailureRate { percent: 25, ..HALF }, OPEN));
    for _ in 0..300_000 {
        app.calls("....x").await;
    }
    assert_eq!(app.circuit(), Circuit::Closed, "one of five");
}

#[tokio::test]
async fn isolated_it_refuses_until_it_is_closed() {
    let app = app(CircuitBreaker::new(2, OPEN));
    let mut late = pin!(app.call(Do::Wait(&BUSY)));
    assert!(poll_once(&mut late).await.is_pending());
    app.remote.breaker.isolate();
    assert_eq!((app.circuit(), app.is_open()), (Circuit::Isolated, true));
    app.clock.advance(OPEN * 10);
    assert_eq!(app.call(Do::Answer).await, unavailable(None), "no time ends it");
    app.remote.go_on.notify_one();
    assert!(late.await.is_err());
    app.remote.breaker.close();
    assert_eq!(app.circuit(), Circuit::Closed);
    app.calls("x").await;
    assert_eq!(app.circuit(), Circuit::Closed, "what had begun before does not count");
    app.calls("x").await;
    assert_eq!(app.circuit(), Circuit::Open);
    app.remote.breaker.close();
    assert_eq!(app.call(Do::Answer).await, Ok(()), "by hand, before its time");
}

#[tokio::test]
async fn closed_by_hand_it_forgets_its_rate() {
    let app = by_rate();
    app.calls("xxx").await;
    app.remote.breaker.close();
    app.calls("x").await;
    assert_eq!(app.circuit(), Circuit::Closed);
}
