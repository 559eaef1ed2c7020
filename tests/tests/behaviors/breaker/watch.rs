//! Who is told that it turns.

use std::panic::AssertUnwindSafe;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

use catga::behaviors::{Circuit, Watch};
use catga::prelude::*;
use catga::testing::VirtualClock;
use catga_tests::Trouble;
use futures_util::FutureExt as _;

use super::OPEN;

#[command(error = Trouble)]
struct Call(Option<Trouble>);

/// Writes down what it is told, or panics.
#[derive(Default)]
struct Alarm {
    heard: Mutex<Vec<(Circuit, Circuit)>>,
    panics: AtomicBool,
}

impl Watch for Alarm {
    fn turned(&self, from: Circuit, to: Circuit) {
        self.heard.lock().unwrap().push((from, to));
        assert!(!self.panics.load(SeqCst), "in the alarm");
    }
}

impl Alarm {
    fn taken(&self) -> Vec<(Circuit, Circuit)> {
        std::mem::take(&mut *self.heard.lock().unwrap())
    }
}

struct Remote {
    breaker: CircuitBreaker<Alarm>,
}

#[handler]
#[pipeline(self.breaker)]
impl Remote {
    fn call(&self, cmd: Call) -> Result<(), Trouble> {
        cmd.0.map_or(Ok(()), Err)
    }
}

#[mediator(clock = self.clock)]
struct App {
    clock: VirtualClock,
    remote: Remote,
}

fn app(breaker: CircuitBreaker) -> App {
    App { clock: VirtualClock::new(), remote: Remote { breaker: breaker.watched_by(Alarm::default()) } }
}

impl App {
    fn alarm(&self) -> &Alarm {
        self.remote.breaker.watch()
    }
}

const BUSY: Call = Call(Some(Trouble::Busy));
const FINE: Call = Call(None);

use Circuit::{Closed, HalfOpen, Isolated, Open};

#[tokio::test]
async fn each_turn_is_told_once() {
    let app = app(CircuitBreaker::new(2, OPEN));
    assert!(app.send(BUSY).await.is_err());
    assert_eq!(app.alarm().taken(), [], "a failure is no turn");
    assert!(app.send(BUSY).await.is_err());
    assert!(app.send(FINE).await.is_err());
    assert_eq!(app.alarm().taken(), [(Closed, Open)]);
    app.clock.advance(OPEN);
    assert_eq!(app.alarm().taken(), [], "time alone tells nobody");
    assert!(app.send(BUSY).await.is_err());
    assert_eq!(app.alarm().taken(), [(Open, HalfOpen), (HalfOpen, Open)]);
    app.clock.advance(OPEN);
    assert!(app.send(FINE).await.is_ok());
    assert_eq!(app.alarm().taken(), [(Open, HalfOpen), (HalfOpen, Closed)]);
}

#[tokio::test]
async fn who_turns_it_by_hand_tells_too() {
    let app = app(CircuitBreaker::new(2, OPEN));
    app.remote.breaker.close();
    assert_eq!(app.alarm().taken(), [], "it was closed");
    app.remote.breaker.isolate();
    app.remote.breaker.isolate();
    assert_eq!(app.alarm().taken(), [(Closed, Isolated)]);
    app.remote.breaker.close();
    assert_eq!(app.alarm().taken(), [(Isolated, Closed)]);
}

#[tokio::test]
async fn one_that_opens_by_rate_tells() {
    let rate = FailureRate { percent: 50, least: 2, window: OPEN };
    let app = app(CircuitBreaker::by_rate(rate, OPEN));
    assert!(app.send(FINE).await.is_ok());
    assert!(app.send(BUSY).await.is_err());
    assert_eq!(app.alarm().taken(), [(Closed, Open)]);
}

/// The call panics, and a probe that nobody ran does not keep the others out.
#[tokio::test]
async fn an_alarm_that_panics_loses_no_probe() {
    let app = app(CircuitBreaker::new(1, OPEN));
    app.alarm().panics.store(true, SeqCst);
    assert!(AssertUnwindSafe(app.send(BUSY)).catch_unwind().await.is_err());
    assert_eq!(app.send(FINE).await, Err(Error::Unavailable { retry_after: Some(OPEN) }), "it is open");
    app.clock.advance(OPEN);
    assert!(AssertUnwindSafe(app.send(FINE)).catch_unwind().await.is_err());
    app.alarm().panics.store(false, SeqCst);
    assert_eq!(app.alarm().taken(), [(Closed, Open), (Open, HalfOpen)]);
    assert_eq!(app.send(FINE).await, Ok(()), "the next is a probe");
    assert_eq!(app.alarm().taken(), [(HalfOpen, Closed)]);
}

/// Shared, as one alarm hears of many breakers.
#[test]
fn an_alarm_may_be_shared() {
    let alarm = std::sync::Arc::new(Alarm::default());
    let one = CircuitBreaker::new(1, OPEN).watched_by(std::sync::Arc::clone(&alarm));
    let other = CircuitBreaker::new(1, OPEN).watched_by(&*alarm);
    one.isolate();
    other.isolate();
    assert_eq!(alarm.taken(), [(Closed, Isolated); 2]);
}
