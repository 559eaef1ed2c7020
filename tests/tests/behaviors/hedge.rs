//! `Hedge` on virtual time: each run of a handler does as its script says.

use std::collections::VecDeque;
use std::pin::pin;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::task::Poll;
use std::time::Duration;

use catga::id::Id;
use catga::prelude::*;
use catga::scope::Call;
use catga::testing::VirtualClock;
use catga::time::Instant;
use catga_tests::{Trouble, collect_ready, drive, poll_once};
use futures_util::{Stream, stream};

const SECOND: Duration = Duration::from_secs(1);

#[query(reply = u32, error = Trouble)]
#[derive(Clone)]
struct Ask;

#[command(reply = u32, error = Trouble, idempotent)]
#[derive(Clone)]
struct Put;

/// Not one that may run twice, and not `Clone`.
#[command(reply = u32)]
struct Charge;

#[event(idempotent)]
struct Happened;

#[query(stream = u32)]
struct List;

/// How long a run waits, and what it comes to.
type Run = (Duration, Result<u32, Trouble>);

#[derive(Default)]
struct Work {
    clock: VirtualClock,
    script: Mutex<VecDeque<Run>>,
    running: AtomicU32,
    runs: AtomicU32,
    /// What each run saw of its message.
    seen: Mutex<Vec<(Id, Option<Instant>)>>,
}

struct Running<'a>(&'a AtomicU32);

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, SeqCst);
    }
}

impl Work {
    async fn run(&self) -> Result<u32, Trouble> {
        self.runs.fetch_add(1, SeqCst);
        self.running.fetch_add(1, SeqCst);
        let _running = Running(&self.running);
        let (wait, outcome) = self.script.lock().unwrap().pop_front().unwrap();
        if wait > Duration::ZERO {
            self.clock.sleep(wait).await;
        }
        outcome
    }
}

struct Desk {
    work: Work,
}

#[handler]
impl Desk {
    async fn ask(&self, _query: Ask, cx: &mut Context<impl Sends<Charge>>) -> Result<u32, Trouble> {
        self.work.seen.lock().unwrap().push((cx.message_id(), cx.deadline()));
        let charged = cx.send(Charge).await.map_err(|_| Trouble::Lost)?;
        Ok(self.work.run().await? + charged)
    }

    #[pipeline(Hedge::after(SECOND))]
    async fn put(&self, _cmd: Put) -> Result<u32, Trouble> {
        self.work.run().await
    }

    fn charge(&self, _cmd: Charge) -> u32 {
        0
    }

    #[pipeline(Hedge::after(SECOND))]
    async fn on_happened(&self, _event: &Happened) -> Result<(), Trouble> {
        self.work.run().await.map(drop)
    }

    fn list(&self, _query: List) -> impl Stream<Item = u32> {
        stream::iter([1, 2])
    }
}

#[mediator(clock = self.clock, timer = self.clock)]
#[pipeline(Timeout::secs(60), queries: Hedge::after_millis(1_000))]
struct App {
    clock: VirtualClock,
    desk: Desk,
}

fn app(script: &[Run]) -> App {
    let clock = VirtualClock::new();
    let script = Mutex::new(script.iter().copied().collect());
    App { desk: Desk { work: Work { clock: clock.clone(), script, ..Work::default() } }, clock }
}

impl App {
    /// Runs that have begun, and those that have not ended.
    fn runs(&self) -> (u32, u32) {
        (self.desk.work.runs.load(SeqCst), self.desk.work.running.load(SeqCst))
    }
}

#[tokio::test]
async fn an_answer_in_time_is_the_only_run() {
    let app = app(&[(SECOND / 2, Ok(1))]);
    assert_eq!(drive(&app.clock, app.send(Ask)).await, (Ok(1), vec![SECOND / 2]));
    assert_eq!((app.runs(), app.clock.waiting()), ((1, 0), 0));
}

#[tokio::test]
async fn an_answer_at_once_arms_no_timer() {
    let app = app(&[(Duration::ZERO, Ok(1))]);
    assert_eq!(poll_once(&mut pin!(app.send(Put))).await, Poll::Ready(Ok(1)));
    assert_eq!(app.clock.waiting(), 0);
}

#[tokio::test]
async fn the_second_run_answers_and_the_first_is_dropped() {
    for message in ["query", "command"] {
        let app = app(&[(SECOND * 9, Ok(1)), (SECOND * 2, Ok(2))]);
        let (outcome, waits) = match message {
            "query" => drive(&app.clock, app.send(Ask)).await,
            _ => drive(&app.clock, app.send(Put)).await,
        };
        assert_eq!((outcome, waits), (Ok(2), vec![SECOND, SECOND * 2]), "{message}");
        assert_eq!((app.runs(), app.clock.waiting()), ((2, 0), 0));
    }
}

#[tokio::test]
async fn the_first_run_may_still_be_the_first_to_answer() {
    let app = app(&[(SECOND * 2, Ok(1)), (SECOND * 9, Ok(2))]);
    assert_eq!(drive(&app.clock, app.send(Ask)).await, (Ok(1), vec![SECOND, SECOND]));
    assert_eq!(app.runs(), (2, 0));
}

#[tokio::test]
async fn a_failure_before_the_delay_is_the_answer() {
    let app = app(&[(SECOND / 2, Err(Trouble::Busy))]);
    assert_eq!(drive(&app.clock, app.send(Ask)).await.0, Err(Error::Handler(Trouble::Busy)));
    assert_eq!(app.runs(), (1, 0));
}

#[tokio::test]
async fn a_failure_after_it_waits_for_the_other_run() {
    let failed = Err(Trouble::Busy);
    for script in [[(SECOND * 2, failed), (SECOND * 3, Ok(2))], [(SECOND * 4, Ok(2)), (SECOND, failed)]] {
        let app = app(&script);
        let (outcome, waits) = drive(&app.clock, app.send(Ask)).await;
        assert_eq!((outcome, waits.iter().sum()), (Ok(2), SECOND * 4), "{script:?}");
        assert_eq!(app.runs(), (2, 0));
    }
}

#[tokio::test]
async fn of_two_failures_the_later_is_the_answer() {
    let app = app(&[(SECOND * 2, Err(Trouble::Busy)), (SECOND * 3, Err(Trouble::Lost))]);
    assert_eq!(drive(&app.clock, app.send(Ask)).await.0, Err(Error::Handler(Trouble::Lost)));
    let app = self::app(&[(SECOND * 5, Err(Trouble::Busy)), (SECOND * 3, Err(Trouble::Lost))]);
    assert_eq!(drive(&app.clock, app.send(Ask)).await.0, Err(Error::Handler(Trouble::Busy)));
}

#[tokio::test]
async fn a_permanent_failure_does_not_wait_for_the_other_run() {
    for script in
        [[(SECOND * 2, Err(Trouble::Wrong)), (SECOND * 3, Ok(2))], [(SECOND * 4, Ok(2)), (SECOND, Err(Trouble::Wrong))]]
    {
        let app = app(&script);
        let (outcome, waits) = drive(&app.clock, app.send(Ask)).await;
        assert_eq!((outcome, waits.iter().sum()), (Err(Error::Handler(Trouble::Wrong)), SECOND * 2));
        assert_eq!((app.runs(), app.clock.waiting()), ((2, 0), 0));
    }
}

#[tokio::test]
async fn both_runs_are_of_the_same_message() {
    let app = app(&[(SECOND * 9, Ok(1)), (SECOND * 2, Ok(2))]);
    assert_eq!(drive(&app.clock, app.send(Ask)).await.0, Ok(2));
    let seen = app.desk.work.seen.lock().unwrap();
    assert_eq!((seen.len(), seen[0]), (2, seen[1]), "the same id and the same deadline");
    assert_eq!(seen[0].1, Some(Instant::after_origin(SECOND * 60)));
}

#[tokio::test]
async fn a_timeout_around_it_bounds_both() {
    let app = app(&[(SECOND * 99, Ok(1)), (SECOND * 99, Ok(2))]);
    let (outcome, waits) = drive(&app.clock, app.send(Ask)).await;
    assert_eq!((outcome, waits), (Err(Error::Timeout), vec![SECOND, SECOND * 59]));
    assert_eq!((app.runs(), app.clock.waiting()), ((2, 0), 0));
}

#[mediator(clock = self.clock, timer = self.clock)]
#[pipeline(queries: Hedge::after(SECOND), Timeout::secs(2))]
struct Inner {
    clock: VirtualClock,
    desk: Desk,
}

#[tokio::test]
async fn a_timeout_inside_of_it_is_each_runs_own() {
    let App { clock, desk } = app(&[(SECOND * 99, Ok(1)), (SECOND * 2 - SECOND / 2, Ok(2))]);
    let app = Inner { clock, desk };
    let (outcome, waits) = drive(&app.clock, app.send(Ask)).await;
    assert_eq!((outcome, waits), (Ok(2), vec![SECOND, SECOND, SECOND / 2]));
    let seen = app.desk.work.seen.lock().unwrap();
    let deadlines: Vec<_> = seen.iter().filter_map(|(_, deadline)| *deadline).collect();
    assert_eq!(deadlines, [Instant::after_origin(SECOND * 2), Instant::after_origin(SECOND * 3)]);
}

#[mediator(clock = self.clock, timer = self.clock)]
#[pipeline(queries: Hedge::after(SECOND), self.bulkhead)]
struct Crowded {
    clock: VirtualClock,
    bulkhead: Bulkhead,
    desk: Desk,
}

/// A run that has ended is kept until the other has; its place is not.
#[tokio::test]
async fn a_run_that_has_failed_holds_no_place() {
    let App { clock, desk } = app(&[(SECOND * 2, Err(Trouble::Busy)), (SECOND * 9, Ok(2))]);
    // Each run has one, and for a moment what it sends has another.
    let app = Crowded { clock, bulkhead: Bulkhead::refusing(3), desk };
    let mut send = pin!(app.send(Ask));
    for running in [1, 2, 1] {
        assert!(poll_once(&mut send).await.is_pending());
        assert_eq!(app.bulkhead.running(), running);
        app.clock.advance(SECOND);
    }
    assert_eq!(drive(&app.clock, send).await.0, Ok(2));
}

#[tokio::test]
async fn cancelled_it_does_not_begin_the_second_run() {
    let app = app(&[(SECOND * 5, Ok(1))]);
    let cancel = Cancel::new();
    let mut send = pin!(app.send_with(Put, Call::new().cancel(&cancel)));
    assert!(poll_once(&mut send).await.is_pending());
    cancel.cancel();
    assert_eq!(drive(&app.clock, send).await, (Ok(1), vec![SECOND, SECOND * 4]));
    assert_eq!(app.runs(), (1, 0));
}

#[tokio::test]
async fn dropped_it_drops_both() {
    let app = app(&[(SECOND * 9, Ok(1)), (SECOND * 9, Ok(2))]);
    {
        let mut send = pin!(app.send(Put));
        assert!(poll_once(&mut send).await.is_pending());
        app.clock.advance(SECOND);
        assert!(poll_once(&mut send).await.is_pending());
        assert_eq!(app.runs(), (2, 2));
    }
    assert_eq!((app.runs(), app.clock.waiting()), ((2, 0), 0));
}

#[tokio::test]
async fn an_event_that_may_be_heard_twice_is_hedged() {
    let app = app(&[(SECOND * 9, Ok(1)), (SECOND * 2, Ok(2))]);
    assert!(drive(&app.clock, app.publish(Happened)).await.0.is_ok());
    assert_eq!(app.runs(), (2, 0));
}

#[tokio::test]
async fn what_it_is_not_for_passes_an_entry_for_queries() {
    let app = app(&[]);
    assert_eq!(app.send(Charge).await, Ok(0));
    assert_eq!(collect_ready(app.stream(List)).await, [Ok(1), Ok(2)]);
}

#[mediator(clock = self.clock, timer = self.clock)]
#[pipeline(queries: Hedge::after(SECOND), queries: Timeout::millis(2_500), queries: self.bulkhead)]
struct Narrow {
    clock: VirtualClock,
    bulkhead: Bulkhead,
    desk: Desk,
}

/// A timeout ends a run without its handler's help; what it held is let go when it ends, and not when the other does.
#[tokio::test]
async fn a_run_whose_time_is_up_holds_no_place() {
    let App { clock, desk } = app(&[(SECOND * 99, Ok(1)), (SECOND / 2, Ok(2))]);
    let app = Narrow { clock, bulkhead: Bulkhead::new(1, 1), desk };
    // The second run waits for the place, and has it as the first one's time is up, at 2.5 s.
    let (outcome, waits) = drive(&app.clock, app.send(Ask)).await;
    assert_eq!((outcome, waits.iter().sum()), (Ok(2), SECOND * 3));
    assert_eq!(app.desk.work.runs.load(SeqCst), 2, "the second one ran");
    assert_eq!(app.bulkhead.running(), 0);
}

/// Sends two messages, and waits between them.
#[query(reply = (), error = Trouble)]
#[derive(Clone)]
struct Order;

#[command]
struct Part(&'static str);

#[derive(Default)]
struct Parts {
    work: Work,
    /// The ids of what was sent.
    sent: Mutex<Vec<(&'static str, Id)>>,
}

#[handler]
impl Parts {
    async fn order(&self, _query: Order, cx: &mut Context<impl Sends<Part>>) -> Result<(), Trouble> {
        let _ = cx.send(Part("first")).await;
        let outcome = self.work.run().await;
        let _ = cx.send(Part("second")).await;
        outcome.map(drop)
    }

    async fn part(&self, cmd: Part, cx: &mut Context<impl Scope>) {
        self.sent.lock().unwrap().push((cmd.0, cx.message_id()));
    }
}

#[mediator(clock = self.clock, timer = self.clock)]
#[pipeline(queries: Retry::times(1).base(Duration::ZERO), queries: Hedge::after(SECOND))]
struct Repeated {
    clock: VirtualClock,
    parts: Parts,
}

#[mediator(clock = self.clock, timer = self.clock)]
#[pipeline(queries: Retry::times(1).base(Duration::ZERO), queries: Hedge::after(SECOND), queries: Hedge::after(SECOND))]
struct TwiceHedged {
    clock: VirtualClock,
    parts: Parts,
}

fn parts(script: &[Run]) -> Parts {
    let clock = VirtualClock::new();
    let script = Mutex::new(script.iter().copied().collect());
    Parts { work: Work { clock, script, ..Work::default() }, sent: Mutex::default() }
}

/// No id is of two messages, and those of the run that is alone at the second attempt are those of the first.
fn ids_are_apart(parts: &Parts, runs: usize) {
    let sent = parts.sent.lock().unwrap();
    assert!(sent.iter().all(|(part, id)| sent.iter().all(|(other, own)| id != own || part == other)), "{sent:?}");
    let first: Vec<Id> = sent.iter().filter(|(part, _)| *part == "first").map(|(_, id)| *id).collect();
    assert_eq!(first.len(), runs + 1, "{sent:?}");
    assert_eq!(first[0], first[runs], "the same at the next attempt: {sent:?}");
    let mut apart = first[..runs].to_vec();
    apart.sort_unstable();
    apart.dedup();
    assert_eq!(apart.len(), runs, "each run has its own: {sent:?}");
    assert_eq!(sent[runs].0, "second");
    assert_eq!(sent.last(), Some(&sent[runs]), "and so has what is sent later: {sent:?}");
}

#[tokio::test]
async fn what_two_runs_send_is_told_apart_at_every_attempt() {
    let busy = Err(Trouble::Busy);
    let parts = parts(&[(SECOND * 2, busy), (SECOND * 2, busy), (Duration::ZERO, Ok(1))]);
    let app = Repeated { clock: parts.work.clock.clone(), parts };
    assert_eq!(drive(&app.clock, app.send(Order)).await.0, Ok(()));
    ids_are_apart(&app.parts, 2);
}

#[tokio::test]
async fn runs_of_runs_are_told_apart_too() {
    let busy = (SECOND * 3, Err(Trouble::Busy));
    let parts = parts(&[busy, busy, busy, busy, (Duration::ZERO, Ok(1))]);
    let app = TwiceHedged { clock: parts.work.clock.clone(), parts };
    assert_eq!(drive(&app.clock, app.send(Order)).await.0, Ok(()));
    ids_are_apart(&app.parts, 4);
}
