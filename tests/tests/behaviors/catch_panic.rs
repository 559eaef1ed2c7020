//! `CatchPanic`: wherever the chain panics, that message alone fails.

use std::pin::pin;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};

use catga::error::Classify as _;
use catga::prelude::*;
use catga_tests::{collect_ready, mark, marks, poll_once};
use futures_util::{Stream, StreamExt as _, stream};

/// Panics with a text of its own, after so many waits.
#[command(reply = u32)]
#[derive(Clone)]
struct Crash {
    waits: u32,
    text: Option<&'static str>,
}

#[query(reply = u32)]
struct Ask;

/// Its check panics, and that runs before anything waits.
#[query(reply = u32, validate)]
struct Checked;

impl Valid for Checked {
    fn check(&self, _: &mut Checks) {
        panic!("in a check");
    }
}

#[event]
struct Happened;

#[query(stream = u32)]
struct List {
    rows_panic: bool,
}

/// Panics on the way in or on the way out of what it is asked for.
struct Broken {
    on_the_way_in: bool,
}

impl<M: Message, S: Dispatched> Behavior<M, S> for Broken {
    async fn around<N: Next<M, S>>(&self, input: M::In<'_>, cx: &mut Context<S>, next: N) -> Outcome<M> {
        assert!(!self.on_the_way_in, "on the way in");
        let _outcome = next.run(input, cx).await;
        panic!("on the way out");
    }
}

struct InFlight<'a>(&'a AtomicU32);

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        self.0.fetch_add(1, SeqCst);
    }
}

#[derive(Default)]
struct Work {
    dropped: AtomicU32,
}

#[handler]
impl Work {
    async fn crash(&self, cmd: Crash) -> u32 {
        let _in_flight = InFlight(&self.dropped);
        for _ in 0..cmd.waits {
            tokio::task::yield_now().await;
        }
        match cmd.text {
            Some(text) => panic!("{text}"),
            None => std::panic::panic_any(7_u8),
        }
    }

    fn ask(&self, _query: Ask) -> u32 {
        7
    }

    fn checked(&self, _query: Checked) -> u32 {
        7
    }

    fn on_happened(&self, _event: &Happened) {
        panic!("in an event's handler");
    }

    fn list(&self, query: List) -> impl Stream<Item = u32> {
        stream::iter([1, 2]).inspect(move |row| assert!(!query.rows_panic || *row < 2, "in a row"))
    }
}

#[mediator]
#[pipeline(CatchPanic, Validate)]
struct App {
    work: Work,
}

#[mediator]
#[pipeline(CatchPanic, self.broken)]
struct BrokenApp {
    broken: Broken,
    work: Work,
}

fn app() -> App {
    App { work: Work::default() }
}

fn broken(on_the_way_in: bool) -> BrokenApp {
    BrokenApp { broken: Broken { on_the_way_in }, work: Work::default() }
}

fn text<T: std::fmt::Debug, E: std::fmt::Debug>(outcome: Result<T, Error<E>>) -> String {
    match outcome {
        Err(Error::Panicked(panic)) => panic.message().to_owned(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_panic_is_the_error_of_its_message_and_the_next_answers() {
    let app = app();
    for waits in [0, 2] {
        let outcome = app.send(Crash { waits, text: Some("as it should") }).await;
        let error = outcome.unwrap_err();
        assert_eq!((error.class(), error.code()), (Class::Unknown, "catga.panicked"));
        assert_eq!(text::<u32, _>(Err(error)), "as it should");
    }
    assert_eq!(app.work.dropped.load(SeqCst), 2, "what panicked is dropped");
    assert_eq!(app.send(Ask).await, Ok(7));
    assert_eq!(text(app.send(Crash { waits: 0, text: None }).await), "", "a payload that is no text");
}

#[tokio::test]
async fn what_panics_before_the_chain_is_polled_is_caught_too() {
    assert_eq!(text(app().send(Checked).await), "in a check");
}

#[tokio::test]
async fn a_behavior_inside_of_it_may_panic() {
    assert_eq!(text(broken(true).send(Ask).await), "on the way in");
    assert_eq!(text(broken(false).send(Ask).await), "on the way out");
}

#[tokio::test]
async fn a_panic_in_an_events_handler_is_that_handlers() {
    let told = app().publish(Happened).await.unwrap_err();
    assert_eq!(told.failures()[0].handler, "Work::on_happened");
    assert!(matches!(&told.failures()[0].error, Error::Panicked(panic) if panic.message() == "in an event's handler"));
}

#[tokio::test]
async fn a_panic_in_a_streams_chain_is_its_last_item() {
    let rows = collect_ready(broken(true).stream(List { rows_panic: false })).await;
    assert!(matches!(&rows[..], [Err(Error::Panicked(panic))] if panic.message() == "on the way in"));
    let rows = collect_ready(broken(false).stream(List { rows_panic: false })).await;
    assert!(matches!(&rows[..], [Ok(1), Ok(2), Err(Error::Panicked(panic))] if panic.message() == "on the way out"));
    assert_eq!(collect_ready(app().stream(List { rows_panic: false })).await, [Ok(1), Ok(2)]);
}

#[tokio::test]
async fn a_panic_in_the_rows_passes_beside_the_chain() {
    let polled = tokio::spawn(async {
        let app = app();
        let mut rows = pin!(app.stream(List { rows_panic: true }));
        while rows.next().await.is_some() {}
    });
    assert!(polled.await.unwrap_err().is_panic());
}

/// Marks that it saw a panic as an error.
struct Sees;

impl<M: Message, S: Dispatched> Behavior<M, S> for Sees {
    async fn around<N: Next<M, S>>(&self, input: M::In<'_>, cx: &mut Context<S>, next: N) -> Outcome<M> {
        let outcome = next.run(input, cx).await;
        mark(outcome.as_ref().err().map_or("answered", |error| error.code()));
        outcome
    }
}

#[mediator]
#[pipeline(Sees, CatchPanic)]
struct Seen {
    work: Work,
}

#[tokio::test]
async fn what_stands_outside_of_it_sees_an_error() {
    let app = Seen { work: Work::default() };
    let _failed = app.send(Crash { waits: 1, text: None }).await;
    let _told = app.publish(Happened).await;
    assert_eq!(marks(), ["catga.panicked", "catga.panicked"]);
}

#[tokio::test]
async fn dropped_it_drops_what_is_inside() {
    let app = app();
    {
        let mut send = pin!(app.send(Crash { waits: 1, text: None }));
        assert!(poll_once(&mut send).await.is_pending());
        assert_eq!(app.work.dropped.load(SeqCst), 0);
    }
    assert_eq!(app.work.dropped.load(SeqCst), 1);
}
