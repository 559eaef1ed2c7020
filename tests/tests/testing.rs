//! The test kit itself.

use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use catga::prelude::*;
use catga::testing::{Recorder, SeededRandom, Stub, VirtualClock};
use catga::time::{Instant, Random as _};
use catga_tests::{Trouble, poll_once};

const SECOND: Duration = Duration::from_secs(1);

#[command(reply = u64, error = Trouble)]
#[derive(Clone, Debug, PartialEq, Eq)]
struct Charge(u64);

#[query(reply = Vec<T>)]
struct All<T: Clone>(T);

#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
struct Charged(u64);

#[mediator]
#[pipeline(Trace)]
struct App {
    charge: Stub<Charge>,
    bytes: Stub<All<u8>>,
    words: Stub<All<&'static str>>,
    heard: Recorder<Charged>,
    heard_too: std::sync::Arc<Recorder<Charged>>,
}

fn app() -> App {
    App {
        charge: Stub::new(|charge: &Charge| if charge.0 > 100 { Err(Trouble::Wrong) } else { Ok(charge.0 + 1) }),
        bytes: Stub::new(|all: &All<u8>| Ok(vec![all.0; 2])),
        words: Stub::with_outcome(|_| Err(Error::Timeout)),
        heard: Recorder::new(),
        heard_too: std::sync::Arc::default(),
    }
}

#[tokio::test]
async fn a_stub_answers_as_it_is_told_and_keeps_what_it_was_sent() {
    let app = app();
    assert_eq!(app.send(Charge(1)).await, Ok(2));
    assert_eq!(app.send(Charge(101)).await, Err(Error::Handler(Trouble::Wrong)));
    assert_eq!(app.charge.received(), [Charge(1), Charge(101)]);
    assert!(app.charge.received().is_empty(), "taken is taken");
    assert_eq!(app.send(All(3_u8)).await, Ok(vec![3, 3]));
    assert_eq!(app.send(All("a")).await, Err(Error::Timeout));
    assert_eq!(app.words.received()[0].0, "a");
}

#[tokio::test]
async fn a_recorder_keeps_what_it_heard_in_order() {
    let app = app();
    for n in 0..3 {
        app.publish(Charged(n)).await.unwrap();
    }
    assert_eq!(app.heard.received(), [Charged(0), Charged(1), Charged(2)]);
    assert_eq!(app.heard_too.received().len(), 3);
    assert!(app.heard.received().is_empty());
}

#[tokio::test]
async fn a_virtual_clock_wakes_those_whose_time_has_come() {
    let clock = VirtualClock::new();
    let shared = clock.clone();
    let mut long = pin!(clock.sleep(SECOND * 3));
    let mut short = pin!(clock.sleep(SECOND));
    assert_eq!(shared.waiting(), 2);
    assert!(poll_once(&mut long).await.is_pending() && poll_once(&mut short).await.is_pending());
    shared.advance(SECOND);
    assert_eq!(poll_once(&mut short).await, Poll::Ready(()));
    assert!(poll_once(&mut long).await.is_pending());
    assert_eq!((shared.waiting(), shared.now()), (1, Instant::after_origin(SECOND)));
    assert_eq!(shared.advance_to_next(), Some(SECOND * 2));
    assert_eq!(shared.advance_to_next(), None);
    long.await;
    let before = clock.unix_ms();
    clock.advance(SECOND);
    assert_eq!(clock.unix_ms(), before + 1_000);
}

#[tokio::test]
async fn a_virtual_wait_wakes_its_task_and_is_forgotten_when_it_is_dropped() {
    let clock = VirtualClock::new();
    let waits = tokio::spawn(clock.sleep(SECOND));
    tokio::task::yield_now().await;
    clock.advance(SECOND);
    waits.await.unwrap();
    drop(clock.sleep(SECOND));
    assert_eq!(clock.waiting(), 0);
    clock.sleep(Duration::ZERO).await;
}

#[test]
fn a_seed_repeats_itself() {
    let numbers = |seed| {
        let random = SeededRandom::new(seed);
        (0..100).map(|_| random.next()).collect::<Vec<u64>>()
    };
    assert_eq!(numbers(7), numbers(7));
    assert_ne!(numbers(7), numbers(8));
    assert_eq!(SeededRandom::new(1_234_567).next(), 6_457_827_717_110_365_317, "as the paper's implementation");
}
