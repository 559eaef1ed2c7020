//! `Metrics` on virtual time, with a meter that keeps what it was told.

use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use catga::message::MessageInfo;
use catga::prelude::*;
use catga::testing::VirtualClock;
use catga::time::Instant;
use catga_tests::{Trouble, collect_ready, drive, poll_once};
use futures_util::{Stream, StreamExt as _, stream};

const SECOND: Duration = Duration::from_secs(1);

/// What a meter was told: name, kind, ending, time.
type Record = (&'static str, &'static str, Ending, Duration);

#[derive(Debug, Default)]
struct Told(Mutex<Vec<Record>>);

impl Told {
    fn take(&self) -> Vec<Record> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }
}

impl Meter for Told {
    fn record(&self, message: &'static MessageInfo, ending: Ending, took: Duration) {
        self.0.lock().unwrap().push((message.name, message.kind, ending, took));
    }
}

/// Waits so long, and answers with the trouble.
#[command(error = Trouble, name = "work.wait")]
#[derive(Clone)]
struct Wait(Duration, Option<Trouble>);

#[query(reply = u32)]
struct Ask;

#[query(stream = u32, error = Trouble)]
struct List {
    fails: bool,
}

#[event]
struct Happened;

#[command]
struct Crash;

struct Work {
    clock: VirtualClock,
}

#[handler]
impl Work {
    async fn wait(&self, cmd: Wait) -> Result<(), Trouble> {
        self.clock.sleep(cmd.0).await;
        cmd.1.map_or(Ok(()), Err)
    }

    fn ask(&self, _query: Ask) -> u32 {
        self.clock.advance(SECOND);
        7
    }

    fn list(&self, query: List) -> impl Stream<Item = Result<u32, Trouble>> {
        let end = if query.fails { Err(Trouble::Busy) } else { Ok(2) };
        stream::iter([Ok(1), end]).inspect(|_| self.clock.advance(SECOND))
    }

    async fn on_happened(&self, _event: &Happened) {
        self.clock.sleep(SECOND).await;
    }

    fn crash(&self, _cmd: Crash) {
        panic!("as it should");
    }
}

struct Other;

#[handler]
impl Other {
    fn on_happened(&self, _event: &Happened) -> Result<(), Trouble> {
        Err(Trouble::Wrong)
    }
}

#[mediator(clock = self.clock, timer = self.clock)]
#[pipeline(self.metrics)]
struct App {
    clock: VirtualClock,
    metrics: Metrics<Told>,
    work: Work,
    other: Other,
}

fn app() -> App {
    let clock = VirtualClock::new();
    App { work: Work { clock: clock.clone() }, other: Other, clock, metrics: Metrics::default() }
}

impl App {
    fn told(&self) -> Vec<Record> {
        self.metrics.0.take()
    }
}

const fn failed(class: Class, code: &'static str) -> Ending {
    Ending::Failed { class, code }
}

#[tokio::test]
async fn an_answer_is_recorded_with_its_message_and_its_time() {
    let app = app();
    assert_eq!(drive(&app.clock, app.send(Wait(SECOND * 3, None))).await.0, Ok(()));
    assert_eq!(app.told(), [("work.wait", "command", Ending::Answered, SECOND * 3)]);
    assert_eq!(app.send(Ask).await, Ok(7));
    assert_eq!(app.told(), [("Ask", "query", Ending::Answered, SECOND)], "what did not wait, too");
}

#[tokio::test]
async fn a_failure_is_recorded_with_its_class_and_its_code() {
    let app = app();
    for (trouble, ending) in [
        (Trouble::Busy, failed(Class::Transient, "trouble.busy")),
        (Trouble::Lost, failed(Class::Unknown, "trouble.lost")),
    ] {
        drive(&app.clock, app.send(Wait(SECOND, Some(trouble)))).await.0.unwrap_err();
        assert_eq!(app.told(), [("work.wait", "command", ending, SECOND)]);
    }
}

#[tokio::test]
async fn each_handler_of_an_event_is_recorded_by_itself() {
    let app = app();
    drive(&app.clock, app.publish(Happened)).await.0.unwrap_err();
    let expected = [
        ("Happened", "event", failed(Class::Permanent, "trouble.wrong"), Duration::ZERO),
        ("Happened", "event", Ending::Answered, SECOND),
    ];
    assert_eq!(app.told(), expected);
}

#[tokio::test]
async fn a_stream_is_recorded_once_at_its_end() {
    let app = app();
    assert_eq!(collect_ready(app.stream(List { fails: false })).await.len(), 2);
    assert_eq!(app.told(), [("List", "stream", Ending::Answered, SECOND * 2)]);
    assert_eq!(collect_ready(app.stream(List { fails: true })).await.len(), 2);
    assert_eq!(app.told(), [("List", "stream", failed(Class::Transient, "trouble.busy"), SECOND * 2)]);
}

#[tokio::test]
async fn what_is_dropped_is_cancelled() {
    let app = app();
    {
        let mut send = pin!(app.send(Wait(SECOND * 9, None)));
        assert!(poll_once(&mut send).await.is_pending());
        app.clock.advance(SECOND * 2);
        assert_eq!(app.told(), [], "not before it has ended");
    }
    assert_eq!(app.told(), [("work.wait", "command", Ending::Cancelled, SECOND * 2)]);
    {
        let mut rows = pin!(app.stream(List { fails: false }));
        assert!(rows.next().await.is_some());
    }
    assert_eq!(app.told(), [("List", "stream", Ending::Cancelled, SECOND)]);
    {
        let mut told = pin!(app.publish(Happened));
        assert!(poll_once(&mut told).await.is_pending());
        assert_eq!(app.told().len(), 1, "the one that failed");
    }
    assert_eq!(app.told(), [("Happened", "event", Ending::Cancelled, Duration::ZERO)]);
    drop(app.send(Ask));
    assert_eq!(app.told(), [], "what never began is no call");
}

#[tokio::test]
async fn a_panic_is_recorded_and_goes_on() {
    let app = Arc::new(app());
    let crash = tokio::spawn({
        let app = Arc::clone(&app);
        async move { app.send(Crash).await }
    });
    assert!(crash.await.unwrap_err().is_panic());
    assert_eq!(app.told(), [("Crash", "command", Ending::Panicked, Duration::ZERO)]);
}

/// Its check panics, and that runs before anything is polled.
#[command(validate)]
struct Checked;

impl Valid for Checked {
    fn check(&self, _: &mut Checks) {
        panic!("in the check");
    }
}

struct Door;

#[handler]
#[pipeline(Validate)]
impl Door {
    fn checked(&self, _cmd: Checked) {}
}

#[mediator]
#[pipeline(CatchPanic, self.metrics)]
struct House {
    metrics: Metrics<Told>,
    door: Door,
}

#[tokio::test]
async fn a_panic_while_the_chain_is_built_is_recorded_too() {
    let house = House { metrics: Metrics::default(), door: Door };
    assert!(matches!(house.send(Checked).await, Err(Error::Panicked(_))));
    let told: Vec<Ending> = house.metrics.0.take().into_iter().map(|(_, _, ending, _)| ending).collect();
    assert_eq!(told, [Ending::Panicked]);
}

#[test]
fn a_label_has_few_values() {
    let endings = [Ending::Answered, failed(Class::Unknown, "a.b"), Ending::Cancelled, Ending::Panicked];
    assert_eq!(endings.map(Ending::label), ["ok", "a.b", "cancelled", "panicked"]);
}

/// Over a port of the mediator, which is any.
#[mediator(clock = self.clock, timer = self.clock)]
#[pipeline(Metrics(self.meter))]
struct Over<P: Meter> {
    clock: Counted,
    meter: P,
    work: Work,
    other: Other,
}

/// A clock that counts how often it is read.
#[derive(Default)]
struct Counted {
    clock: VirtualClock,
    reads: AtomicU64,
}

impl Clock for Counted {
    fn now(&self) -> Instant {
        self.reads.fetch_add(1, SeqCst);
        self.clock.now()
    }

    fn unix_ms(&self) -> u64 {
        self.clock.unix_ms()
    }
}

impl Timer for Counted {
    type Sleep = <VirtualClock as Timer>::Sleep;

    fn sleep(&self, duration: Duration) -> Self::Sleep {
        self.clock.sleep(duration)
    }
}

fn over<P: Meter>(meter: P) -> Over<P> {
    let clock = Counted::default();
    Over { work: Work { clock: clock.clock.clone() }, clock, meter, other: Other }
}

#[tokio::test]
async fn a_meter_is_a_port_of_the_mediator_and_may_be_shared() {
    let app = over(Arc::<Told>::default());
    assert_eq!(app.send(Ask).await, Ok(7));
    assert_eq!(app.meter.take(), [("Ask", "query", Ending::Answered, SECOND)]);
    assert_eq!(app.clock.reads.load(SeqCst), 2, "once before and once after");
}

#[test]
fn a_meter_behind_a_pointer_is_told_of_levels_too() {
    #[derive(Default)]
    struct Levels(Mutex<Vec<(&'static str, u64)>>);

    impl Meter for Levels {
        fn record(&self, _: &'static MessageInfo, _: Ending, _: Duration) {}

        fn level(&self, name: &'static str, level: u64) {
            self.0.lock().unwrap().push((name, level));
        }
    }

    fn tell(meter: impl Meter) {
        meter.level("backlog", 7);
    }

    let levels = Arc::<Levels>::default();
    tell(&*levels);
    tell(Arc::clone(&levels));
    assert_eq!(*levels.0.lock().unwrap(), [("backlog", 7); 2]);
}

/// Off, and in nobody's way.
struct Off;

impl Meter for Off {
    const ENABLED: bool = false;

    fn record(&self, _: &'static MessageInfo, _: Ending, _: Duration) {
        panic!("it is off");
    }
}

async fn measures_nothing<P: Meter>(app: Over<P>) {
    assert_eq!(app.send(Ask).await, Ok(7));
    assert!(poll_once(&mut pin!(app.publish(Happened))).await.is_pending());
    assert_eq!(collect_ready(app.stream(List { fails: true })).await.len(), 2);
    assert_eq!(app.clock.reads.load(SeqCst), 0);
}

#[tokio::test]
async fn a_meter_that_is_off_is_not_told_and_reads_no_clock() {
    measures_nothing(over(())).await;
    measures_nothing(over(Off)).await;
    measures_nothing(over(Arc::new(Off))).await;
}

/// Without a clock a meter that is off compiles, as nothing is measured.
#[mediator(clock = self.clock)]
#[pipeline(Metrics(()))]
struct Still {
    clock: catga::time::NoClock,
    other: Other,
}

#[tokio::test]
async fn without_a_clock_it_may_be_off() {
    let app = Still { clock: catga::time::NoClock, other: Other };
    assert_eq!(app.publish(Happened).await.unwrap_err().failed(), 1);
}
