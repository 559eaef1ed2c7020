//! Many callers at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::SeqCst};
use std::time::Duration;

use catga::prelude::*;
use catga::testing::VirtualClock;
use catga_tests::Trouble;
use tokio::sync::{Barrier, Semaphore};
use tokio::task::JoinSet;

const OPEN: Duration = Duration::from_secs(10);
const CALLERS: usize = 64;

#[command(error = Trouble)]
struct Call;

struct Remote<const PROBES: u32> {
    breaker: CircuitBreaker,
    fails: AtomicBool,
    reached: AtomicU32,
    /// One permit lets one call answer.
    answers: Semaphore,
}

#[handler]
impl<const PROBES: u32> Remote<PROBES> {
    #[pipeline(self.breaker)]
    async fn call(&self, _cmd: Call) -> Result<(), Trouble> {
        self.reached.fetch_add(1, SeqCst);
        if self.fails.load(SeqCst) {
            return Err(Trouble::Busy);
        }
        self.answers.acquire().await.unwrap().forget();
        Ok(())
    }
}

#[mediator(clock = self.clock)]
struct App<const PROBES: u32> {
    clock: VirtualClock,
    remote: Remote<PROBES>,
}

async fn half_open<const PROBES: u32>() -> Arc<App<PROBES>> {
    let remote = Remote {
        breaker: CircuitBreaker::new(1, OPEN).probes(PROBES),
        fails: AtomicBool::new(true),
        reached: AtomicU32::new(0),
        answers: Semaphore::new(0),
    };
    let app = Arc::new(App { clock: VirtualClock::new(), remote });
    assert!(app.send(Call).await.is_err());
    app.clock.advance(OPEN);
    app.remote.fails.store(false, SeqCst);
    app.remote.reached.store(0, SeqCst);
    app
}

/// All callers at the same moment.
fn storm<const PROBES: u32>(app: &Arc<App<PROBES>>) -> JoinSet<Outcome<Call>> {
    let start = Arc::new(Barrier::new(CALLERS));
    let mut calls = JoinSet::new();
    for _ in 0..CALLERS {
        let (app, start) = (Arc::clone(app), Arc::clone(&start));
        calls.spawn(async move {
            start.wait().await;
            app.send(Call).await
        });
    }
    calls
}

/// The others are refused while the probes still run, and when these have answered, it is closed.
async fn admits_exactly_its_probes<const PROBES: u32>() {
    for _ in 0..50 {
        let app = half_open::<PROBES>().await;
        let mut calls = storm(&app);
        for _ in 0..CALLERS - PROBES as usize {
            let refused = calls.join_next().await.unwrap().unwrap();
            assert_eq!(refused, Err(Error::Unavailable { retry_after: None }));
        }
        assert!(app.remote.breaker.is_open(&app.clock));
        app.remote.answers.add_permits(PROBES as usize);
        for outcome in calls.join_all().await {
            assert_eq!(outcome, Ok(()));
        }
        assert_eq!(app.remote.reached.load(SeqCst), PROBES);
        app.remote.answers.add_permits(CALLERS);
        assert!(storm(&app).join_all().await.iter().all(Result::is_ok), "it is closed");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_probe() {
    admits_exactly_its_probes::<1>().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn five_probes() {
    admits_exactly_its_probes::<5>().await;
}

/// Callers that are dropped take no place for good, whatever they were doing.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn dropped_callers_leave_all_places_free() {
    for _ in 0..50 {
        let app = half_open::<5>().await;
        let mut calls = storm(&app);
        for _ in 0..CALLERS / 2 {
            calls.join_next().await.unwrap().unwrap().unwrap_err();
        }
        calls.shutdown().await;
        app.remote.answers.add_permits(5);
        for _ in 0..5 {
            assert_eq!(app.send(Call).await, Ok(()));
        }
        assert!(!app.remote.breaker.is_open(&app.clock));
    }
}

/// Only failures: each opening lets one probe through, which opens it again.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_storm_of_failures_reaches_the_handler_once() {
    let app = half_open::<1>().await;
    app.remote.fails.store(true, SeqCst);
    for round in 1..=50 {
        let outcomes = storm(&app).join_all().await;
        let failed = outcomes.iter().filter(|outcome| **outcome == Err(Error::Handler(Trouble::Busy))).count();
        assert_eq!(failed, 1);
        assert_eq!(app.remote.reached.load(SeqCst), round);
        app.clock.advance(OPEN);
    }
}
