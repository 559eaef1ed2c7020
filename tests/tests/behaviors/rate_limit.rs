//! `RateLimit` on virtual time.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::time::Duration;

use catga::prelude::*;
use catga::testing::VirtualClock;
use catga_tests::{Trouble, collect_ready, drive};
use futures_util::{FutureExt as _, Stream, stream};
use proptest::prelude::*;
use tokio::task::JoinSet;

const SECOND: Duration = Duration::from_secs(1);

#[command(error = Trouble)]
#[derive(Clone)]
struct Work(bool);

/// Behind a retry.
#[command]
#[derive(Clone)]
struct Patient;

#[query(reply = u32)]
struct Ask;

#[query(stream = u32)]
struct List;

#[event]
struct Told;

struct Gate {
    limit: RateLimit,
    begun: AtomicU32,
}

#[handler]
#[pipeline(self.limit)]
impl Gate {
    fn work(&self, cmd: Work) -> Result<(), Trouble> {
        self.begun.fetch_add(1, SeqCst);
        if cmd.0 { Ok(()) } else { Err(Trouble::Wrong) }
    }

    fn ask(&self, _query: Ask) -> u32 {
        self.begun.fetch_add(1, SeqCst)
    }

    fn list(&self, _query: List) -> impl Stream<Item = u32> {
        self.begun.fetch_add(1, SeqCst);
        stream::iter([1, 2, 3])
    }

    fn on_told(&self, _event: &Told) {
        self.begun.fetch_add(1, SeqCst);
    }
}

struct Slow {
    limit: RateLimit,
}

#[handler]
#[pipeline(Retry::times(1).base(Duration::ZERO), self.limit)]
impl Slow {
    fn patient(&self, _cmd: Patient) {}
}

#[mediator(clock = self.clock, timer = self.clock)]
struct App {
    clock: VirtualClock,
    gate: Gate,
    slow: Slow,
}

fn app(limit: RateLimit) -> App {
    App {
        clock: VirtualClock::new(),
        gate: Gate { limit, begun: AtomicU32::new(0) },
        slow: Slow { limit: RateLimit::per_second(1) },
    }
}

impl App {
    /// How long a call is refused, if it is.
    fn refused(&self) -> Option<Duration> {
        match self.send(Work(true)).now_or_never().unwrap() {
            Ok(()) => None,
            Err(Error::Unavailable { retry_after: Some(after) }) => Some(after),
            Err(other) => panic!("{other}"),
        }
    }

    /// How many pass now.
    fn passed(&self) -> u32 {
        (0..).take_while(|_| self.refused().is_none()).count() as u32
    }

    fn begun(&self) -> u32 {
        self.gate.begun.load(SeqCst)
    }
}

#[test]
fn a_burst_and_then_one_by_one() {
    let app = app(RateLimit::per_second(10).burst(3));
    assert_eq!(app.passed(), 3);
    assert_eq!(app.refused(), Some(SECOND / 10));
    app.clock.advance(SECOND / 20);
    assert_eq!(app.refused(), Some(SECOND / 20), "a refusal costs nothing");
    app.clock.advance(SECOND / 20);
    assert_eq!(app.passed(), 1);
    app.clock.advance(SECOND / 5);
    assert_eq!(app.passed(), 2);
    app.clock.advance(SECOND * 100);
    assert_eq!(app.passed(), 3, "the bucket holds no more");
    assert_eq!(app.begun(), 9, "who is refused does not reach the handler");
}

#[test]
fn every_way_to_say_it() {
    for (limit, at_once, spacing) in [
        (RateLimit::per_second(4), 4, SECOND / 4),
        (RateLimit::per_minute(2), 2, SECOND * 30),
        (RateLimit::per(SECOND * 3, 3).burst(1), 1, SECOND),
        (RateLimit::per_second(0), 1, SECOND),
        (RateLimit::per_second(5).burst(0), 1, SECOND / 5),
        // A third of a second, rounded up.
        (RateLimit::per_second(3).burst(1), 1, Duration::from_nanos(333_333_334)),
        (RateLimit::per(Duration::ZERO, 7).burst(1), 1, Duration::from_nanos(1)),
    ] {
        let app = app(limit);
        assert_eq!(app.passed(), at_once);
        assert_eq!(app.refused(), Some(spacing));
        app.clock.advance(spacing);
        assert_eq!(app.passed(), 1);
    }
}

#[test]
fn a_longest_period_does_not_overflow() {
    let app = app(RateLimit::per(Duration::MAX, 1).burst(u32::MAX));
    assert!(app.refused().is_none());
    app.clock.advance(SECOND);
    assert!(app.refused().is_none());
}

#[test]
fn what_fails_has_spent_its_token() {
    let app = app(RateLimit::per_second(1));
    assert_eq!(app.send(Work(false)).now_or_never(), Some(Err(Error::Handler(Trouble::Wrong))));
    assert_eq!(app.refused(), Some(SECOND));
}

#[test]
fn what_is_never_polled_spends_none() {
    let app = app(RateLimit::per_second(1));
    drop(app.send(Work(true)));
    assert_eq!(app.refused(), None);
}

#[tokio::test]
async fn all_kinds_spend_one() {
    let app = app(RateLimit::per_second(4));
    assert_eq!(app.send(Ask).await, Ok(0));
    assert_eq!(collect_ready(app.stream(List)).await, [Ok(1), Ok(2), Ok(3)]);
    app.publish(Told).await.unwrap();
    assert_eq!(app.refused(), None);
    assert!(matches!(app.send(Ask).await, Err(Error::Unavailable { retry_after: Some(_) })));
    assert!(matches!(collect_ready(app.stream(List)).await[..], [Err(Error::Unavailable { .. })]));
    let told = app.publish(Told).await.unwrap_err();
    assert!(matches!(told.failures()[0].error, Error::Unavailable { .. }));
    assert_eq!(app.begun(), 4);
}

#[tokio::test]
async fn a_retry_around_waits_for_just_as_long() {
    let app = app(RateLimit::per_second(1));
    assert_eq!(app.send(Patient).await, Ok(()));
    let (outcome, waits) = drive(&app.clock, app.send(Patient)).await;
    assert_eq!((outcome, waits), (Ok(()), vec![SECOND]));
}

proptest! {
    /// In no window more than the burst and what comes in its time; and a refusal says exactly when.
    #[test]
    fn never_more_than_is_said(
        count in 1_u32..1_000,
        burst in 1_u32..20,
        steps in prop::collection::vec((0_u64..40_000_000, 1_usize..30), 1..60),
    ) {
        let app = app(RateLimit::per_second(count).burst(burst));
        let spacing = u128::from(1_000_000_000_u64.div_ceil(u64::from(count)));
        let mut admitted: Vec<u128> = Vec::new();
        for (wait, tries) in steps {
            app.clock.advance(Duration::from_nanos(wait));
            for _ in 0..tries {
                let now = app.clock.now().since_origin().as_nanos();
                match app.refused() {
                    None => admitted.push(now),
                    Some(after) => {
                        prop_assert!(after > Duration::ZERO);
                        if after > Duration::from_nanos(1) {
                            app.clock.advance(after - Duration::from_nanos(1));
                            prop_assert_eq!(app.refused(), Some(Duration::from_nanos(1)), "not earlier");
                        }
                        app.clock.advance(Duration::from_nanos(1));
                        let now = app.clock.now().since_origin().as_nanos();
                        prop_assert_eq!(app.refused(), None, "and not later");
                        admitted.push(now);
                    }
                }
            }
        }
        for (first, from) in admitted.iter().enumerate() {
            for (last, to) in admitted.iter().enumerate().skip(first) {
                let most = u128::from(burst) + (to - from) / spacing;
                prop_assert!((last - first + 1) as u128 <= most, "{} in {} ns", last - first + 1, to - from);
            }
        }
    }
}

/// Many threads at the same moment get exactly the burst.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_storm_gets_exactly_the_burst() {
    let app = Arc::new(app(RateLimit::per_second(10).burst(25)));
    for round in 1..=200_u32 {
        let mut calls = JoinSet::new();
        for _ in 0..8 {
            let app = Arc::clone(&app);
            calls.spawn(async move { (0..8).filter(|_| app.refused().is_none()).count() as u32 });
        }
        assert_eq!(calls.join_all().await.iter().sum::<u32>(), 25);
        assert_eq!(app.begun(), 25 * round);
        app.clock.advance(SECOND * 3);
    }
}
