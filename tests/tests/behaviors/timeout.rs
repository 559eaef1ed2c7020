//! `Timeout` on virtual time.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::task::Poll;
use std::time::Duration;

use catga::error::Classify as _;
use catga::prelude::*;
use catga::testing::VirtualClock;
use catga::time::Instant;
use catga_tests::{drive, poll_once};

const SECOND: Duration = Duration::from_secs(1);

/// Waits so long, so many times.
#[command(reply = u32)]
struct Wait(Duration, u32);

/// Answers at once.
#[command(reply = u32)]
struct Quick;

/// Spends time without waiting, having looked at the deadline or not, and then waits for ever.
#[command(reply = u32)]
struct Busy {
    looks: bool,
}

#[command(reply = u32)]
struct Nested(Duration);

#[event]
struct Happened;

/// Counts what is in flight, so that a drop shows.
struct InFlight<'a>(&'a AtomicU32);

impl<'a> InFlight<'a> {
    fn enter(count: &'a AtomicU32) -> Self {
        count.fetch_add(1, SeqCst);
        Self(count)
    }
}

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, SeqCst);
    }
}

struct Work {
    clock: VirtualClock,
    running: AtomicU32,
    heard: Arc<AtomicU32>,
}

#[handler]
impl Work {
    async fn wait(&self, cmd: Wait) -> u32 {
        let _in_flight = InFlight::enter(&self.running);
        for _ in 0..cmd.1 {
            self.clock.sleep(cmd.0).await;
        }
        cmd.1
    }

    async fn quick(&self, _cmd: Quick) -> u32 {
        1
    }

    async fn busy(&self, cmd: Busy, cx: &mut Context<impl Scope>) -> u32 {
        if cmd.looks {
            cx.deadline();
        }
        self.clock.advance(SECOND);
        std::future::pending().await
    }

    #[pipeline(Timeout::secs(2))]
    async fn nested(&self, cmd: Nested, cx: &mut Context<impl Sends<Wait>>) -> u32 {
        match cx.send(Wait(cmd.0, 1)).await {
            Ok(waited) => waited,
            Err(error) => panic!("the outer time is the shorter: {error}"),
        }
    }

    /// Never comes back.
    async fn on_happened(&self, _event: &Happened) {
        let _in_flight = InFlight::enter(&self.running);
        std::future::pending().await
    }
}

struct Patient {
    clock: VirtualClock,
    heard: Arc<AtomicU32>,
}

#[handler]
impl Patient {
    async fn on_happened(&self, _event: &Happened) {
        self.clock.sleep(SECOND * 4).await;
        self.heard.fetch_add(1, SeqCst);
    }
}

#[mediator(clock = self.clock, timer = self.clock)]
#[pipeline(Timeout::secs(5))]
struct App {
    clock: VirtualClock,
    work: Work,
    patient: Patient,
}

fn app() -> App {
    let clock = VirtualClock::new();
    let heard = Arc::<AtomicU32>::default();
    let work = Work { clock: clock.clone(), running: AtomicU32::new(0), heard: Arc::clone(&heard) };
    App { work, patient: Patient { clock: clock.clone(), heard }, clock }
}

#[tokio::test]
async fn what_takes_too_long_ends_and_is_dropped() {
    let app = app();
    let (outcome, waits) = drive(&app.clock, app.send(Wait(SECOND * 3, 2))).await;
    assert_eq!(outcome, Err(Error::Timeout));
    assert_eq!(outcome.unwrap_err().class(), Class::Unknown);
    assert_eq!(waits, [SECOND * 3, SECOND * 2], "the time is the whole send's");
    assert_eq!(app.work.running.load(SeqCst), 0);
    assert_eq!(app.clock.waiting(), 0);
}

#[tokio::test]
async fn what_is_in_time_answers() {
    let app = app();
    assert_eq!(drive(&app.clock, app.send(Wait(SECOND, 4))).await.0, Ok(4));
    assert_eq!(app.clock.waiting(), 0, "no timer is left behind");
}

#[tokio::test]
async fn an_answer_at_the_last_moment_counts() {
    let app = app();
    let mut send = pin!(app.send(Wait(SECOND * 5, 1)));
    assert!(poll_once(&mut send).await.is_pending());
    app.clock.advance(SECOND * 5);
    assert_eq!(poll_once(&mut send).await, Poll::Ready(Ok(1)));
}

#[tokio::test]
async fn a_handler_that_never_waits_arms_no_timer() {
    let app = app();
    let mut send = pin!(app.send(Quick));
    assert_eq!(poll_once(&mut send).await, Poll::Ready(Ok(1)));
    assert_eq!(app.clock.waiting(), 0);
}

#[tokio::test]
async fn the_time_begins_at_the_first_wait() {
    let app = app();
    let (outcome, _) = drive(&app.clock, app.send(Busy { looks: false })).await;
    assert_eq!(outcome, Err(Error::Timeout));
    assert_eq!(app.clock.now(), Instant::after_origin(SECOND * 6));
}

#[tokio::test]
async fn the_time_begins_when_the_deadline_is_read_and_ends_there() {
    let app = app();
    let (outcome, _) = drive(&app.clock, app.send(Busy { looks: true })).await;
    assert_eq!(outcome, Err(Error::Timeout));
    assert_eq!(app.clock.now(), Instant::after_origin(SECOND * 5));
}

#[tokio::test]
async fn of_two_the_shorter_ends_it() {
    let app = app();
    assert_eq!(drive(&app.clock, app.send(Nested(SECOND))).await.0, Ok(1));
    let begun = app.clock.now();
    assert_eq!(drive(&app.clock, app.send(Nested(SECOND * 4))).await.0, Err(Error::Timeout));
    assert_eq!(app.clock.now().since(begun), SECOND * 2);
}

#[tokio::test]
async fn each_handler_of_an_event_has_its_own_time() {
    let app = app();
    let (told, _) = drive(&app.clock, app.publish(Happened)).await;
    let told = told.unwrap_err();
    assert_eq!(told.failed(), 1);
    assert_eq!(told.failures()[0].handler, "Work::on_happened");
    assert!(matches!(told.failures()[0].error, Error::Timeout));
    assert_eq!(app.work.heard.load(SeqCst), 1, "the other one came to its end");
    assert_eq!(app.work.running.load(SeqCst), 0);
}

#[mediator(clock = self.clock, timer = self.clock)]
#[pipeline(Timeout::after(Duration::ZERO))]
struct Never {
    clock: VirtualClock,
    work: Work,
}

#[tokio::test]
async fn no_time_at_all_lets_pass_what_does_not_wait() {
    let App { work, clock, .. } = app();
    let app = Never { clock, work };
    let mut quick = pin!(app.send(Quick));
    assert_eq!(poll_once(&mut quick).await, Poll::Ready(Ok(1)));
    // A limit of no time is kept as one of a nanosecond.
    let (outcome, waits) = drive(&app.clock, app.send(Wait(SECOND, 1))).await;
    assert_eq!(outcome, Err(Error::Timeout));
    assert!(waits.iter().sum::<Duration>() <= Duration::from_nanos(1), "{waits:?}");
}

/// Waits for a second and a half, and panics the first time.
#[query(reply = Option<Instant>)]
#[derive(Clone)]
struct Crash;

struct Crashing {
    clock: VirtualClock,
    runs: AtomicU32,
}

#[handler]
impl Crashing {
    async fn crash(&self, _query: Crash, cx: &mut Context<impl Scope>) -> Option<Instant> {
        let run = self.runs.fetch_add(1, SeqCst);
        self.clock.sleep(SECOND * 3 / 2).await;
        assert!(run > 0, "the first time");
        cx.deadline()
    }
}

#[mediator(clock = self.clock, timer = self.clock)]
#[pipeline(Retry::times(1).base(Duration::ZERO), CatchPanic, Timeout::secs(2))]
struct Caught {
    clock: VirtualClock,
    crashing: Crashing,
}

#[tokio::test]
async fn a_panic_inside_leaves_no_limit_behind() {
    let clock = VirtualClock::new();
    let app = Caught { crashing: Crashing { clock: clock.clone(), runs: AtomicU32::new(0) }, clock };
    let (outcome, waits) = drive(&app.clock, app.send(Crash)).await;
    assert_eq!(waits, [SECOND * 3 / 2; 2], "the second run has all of its own time");
    assert_eq!(outcome, Ok(Some(Instant::after_origin(SECOND * 7 / 2))));
}

/// On tokio's timer, which is the default.
mod tokios {
    use super::*;

    #[command]
    struct Forever;

    struct Idle;

    #[handler]
    impl Idle {
        async fn forever(&self, _cmd: Forever) {
            std::future::pending().await
        }
    }

    #[mediator]
    #[pipeline(Timeout::millis(1_500))]
    struct App {
        idle: Idle,
    }

    #[tokio::test(start_paused = true)]
    async fn by_default() {
        let before = tokio::time::Instant::now();
        assert_eq!(App { idle: Idle }.send(Forever).await, Err(Error::Timeout));
        let took = before.elapsed();
        assert!(took >= Duration::from_millis(1_500) && took < Duration::from_millis(1_510), "{took:?}");
    }
}
