//! `Trace` with a subscriber that records, built on `tracing` alone.

use std::collections::BTreeMap;
use std::fmt;
use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::sync::{Arc, Mutex};

use catga::id::{Id, IdError, Ids};
use catga::prelude::*;
use catga::time::{Clock, Random};
use catga_tests::{Trouble, collect_ready, poll_once};
use futures_util::{Stream, stream};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Record};
use tracing::subscriber::DefaultGuard;
use tracing::{Event, Level, Metadata, Subscriber};

use crate::subscribed::subscribed;

/// A span as it was recorded; what `?` and `%` gave is text.
#[derive(Clone, Debug, Default)]
struct Span {
    name: &'static str,
    level: Option<Level>,
    fields: BTreeMap<&'static str, String>,
    /// How often it was entered and left.
    entered: (u32, u32),
    closed: bool,
    /// The events inside of it.
    events: u32,
}

impl Visit for Span {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.fields.insert(field.name(), format!("{value:?}"));
    }
}

#[derive(Clone, Default)]
struct Recording(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    spans: Vec<Span>,
    inside: Vec<u64>,
}

impl Recording {
    fn spans(&self) -> Vec<Span> {
        self.0.lock().unwrap().spans.clone()
    }

    fn with(&self, id: u64, change: impl FnOnce(&mut Span)) {
        change(&mut self.0.lock().unwrap().spans[id as usize - 1]);
    }
}

impl Subscriber for Recording {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        *metadata.level() <= Level::INFO
    }

    fn new_span(&self, attributes: &Attributes<'_>) -> tracing::Id {
        let metadata = attributes.metadata();
        let mut span = Span { name: metadata.name(), level: Some(*metadata.level()), ..Span::default() };
        attributes.record(&mut span);
        let mut state = self.0.lock().unwrap();
        state.spans.push(span);
        tracing::Id::from_u64(state.spans.len() as u64)
    }

    fn record(&self, span: &tracing::Id, values: &Record<'_>) {
        self.with(span.into_u64(), |span| values.record(span));
    }

    fn record_follows_from(&self, _: &tracing::Id, _: &tracing::Id) {}

    fn event(&self, _: &Event<'_>) {
        let inside = self.0.lock().unwrap().inside.last().copied();
        if let Some(id) = inside {
            self.with(id, |span| span.events += 1);
        }
    }

    fn enter(&self, span: &tracing::Id) {
        self.0.lock().unwrap().inside.push(span.into_u64());
        self.with(span.into_u64(), |span| span.entered.0 += 1);
    }

    fn exit(&self, span: &tracing::Id) {
        assert_eq!(self.0.lock().unwrap().inside.pop(), Some(span.into_u64()), "left in the order of entering");
        self.with(span.into_u64(), |span| span.entered.1 += 1);
    }

    fn try_close(&self, span: tracing::Id) -> bool {
        self.with(span.into_u64(), |span| span.closed = true);
        true
    }
}

/// Records on this thread, as long as the guard lives.
fn record() -> (Recording, DefaultGuard) {
    let recording = Recording::default();
    (recording.clone(), subscribed(recording))
}

#[command(reply = u32, error = Trouble, name = "shop.place", trace(customer, %total, ?lines))]
struct Place {
    customer: u64,
    total: Cents,
    lines: Vec<u8>,
    secret: u64,
}

struct Cents(u64);

impl fmt::Display for Cents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:02}", self.0 / 100, self.0 % 100)
    }
}

#[query(reply = bool)]
struct Ask;

#[query(stream = u32, error = Trouble)]
struct List;

#[event]
struct Placed;

#[command(reply = u32)]
struct Waits;

#[command]
struct Crash;

struct Shop;

#[handler]
impl Shop {
    async fn place(&self, cmd: Place, cx: &mut Context<impl Sends<Ask> + Publishes<Placed>>) -> Result<u32, Trouble> {
        tracing::info!("inside");
        let _ = (cx.send(Ask).await, cx.publish(Placed).await);
        if cmd.secret > 0 { Err(Trouble::Stale) } else { Ok(1) }
    }

    fn ask(&self, _query: Ask) -> bool {
        true
    }

    async fn waits(&self, _cmd: Waits) -> u32 {
        tokio::task::yield_now().await;
        tracing::info!("after a wait");
        2
    }

    fn list(&self, _query: List) -> impl Stream<Item = Result<u32, Trouble>> {
        stream::iter([Ok(1), Err(Trouble::Busy)])
    }

    fn on_placed(&self, _event: &Placed) -> Result<(), Trouble> {
        Err(Trouble::Wrong)
    }

    fn crash(&self, _cmd: Crash) {
        panic!("as it should");
    }
}

#[derive(Default)]
struct Counted(AtomicU64);

impl Ids for Counted {
    fn next(&self, _: &impl Clock, _: &impl Random) -> Result<Id, IdError> {
        Ok(Id::new(self.0.fetch_add(1, SeqCst) + 1))
    }
}

#[mediator(ids = self.ids)]
#[pipeline(Trace)]
struct App {
    ids: Counted,
    shop: Shop,
}

fn app() -> App {
    App { ids: Counted::default(), shop: Shop }
}

fn place(secret: u64) -> Place {
    Place { customer: 7, total: Cents(1_205), lines: vec![1, 2], secret }
}

fn fields(span: &Span) -> Vec<(&'static str, &str)> {
    span.fields.iter().map(|(name, value)| (*name, value.as_str())).collect()
}

#[tokio::test]
async fn a_span_has_the_messages_name_its_ids_and_the_fields_that_it_names() {
    let (recording, _guard) = record();
    app().send(place(0)).await.unwrap();
    let span = &recording.spans()[0];
    assert_eq!((span.name, span.level), ("message", Some(Level::INFO)));
    let expected = [
        ("customer", "7"),
        ("lines", "[1, 2]"),
        ("message.causation", "0"),
        ("message.correlation", "1"),
        ("message.id", "1"),
        ("message.kind", "\"command\""),
        ("otel.name", "\"shop.place\""),
        ("total", "12.05"),
    ];
    assert_eq!(fields(span), expected);
}

#[tokio::test]
async fn what_a_handler_sends_has_spans_of_its_own_in_the_same_conversation() {
    let (recording, _guard) = record();
    app().send(place(0)).await.unwrap();
    let spans = recording.spans();
    let names: Vec<_> = spans.iter().map(|span| span.fields["otel.name"].as_str()).collect();
    assert_eq!(names, ["\"shop.place\"", "\"Ask\"", "\"Placed\""]);
    for nested in &spans[1..] {
        assert_eq!(nested.fields["message.correlation"], spans[0].fields["message.id"]);
        assert_eq!(nested.fields["message.causation"], spans[0].fields["message.id"]);
        assert_ne!(nested.fields["message.id"], spans[0].fields["message.id"]);
    }
    assert!(spans.iter().all(|span| span.closed && span.entered.0 == span.entered.1));
    assert_eq!(spans.iter().map(|span| span.events).collect::<Vec<_>>(), [1, 0, 0]);
}

#[tokio::test]
async fn a_failure_records_its_code() {
    let (recording, _guard) = record();
    app().send(place(1)).await.unwrap_err();
    let spans = recording.spans();
    assert_eq!(spans[0].fields["error.code"], "\"trouble.stale\"");
    assert!(!spans[1].fields.contains_key("error.code"));
    assert_eq!(spans[2].fields["error.code"], "\"trouble.wrong\"", "an event's handler");
}

#[tokio::test]
async fn a_stream_is_one_span_with_the_code_of_its_end() {
    let (recording, _guard) = record();
    assert_eq!(collect_ready(app().stream(List)).await.len(), 2);
    let spans = recording.spans();
    assert_eq!(spans.len(), 1);
    assert_eq!(spans[0].fields["message.kind"], "\"stream\"");
    assert_eq!(spans[0].fields["error.code"], "\"trouble.busy\"");
    assert!(spans[0].closed);
}

#[tokio::test]
async fn a_wait_leaves_the_span_and_enters_it_again() {
    // It is entered to build the chain, and for each poll.
    let (recording, _guard) = record();
    assert_eq!(app().send(Waits).await, Ok(2));
    let span = &recording.spans()[0];
    assert_eq!((span.entered, span.events, span.closed), ((3, 3), 1, true));
}

#[tokio::test]
async fn a_panic_leaves_the_span() {
    let (recording, _guard) = record();
    let crash = tokio::spawn(async { app().send(Crash).await });
    assert!(crash.await.unwrap_err().is_panic());
    let span = &recording.spans()[0];
    assert!(span.closed && span.entered == (2, 2));
}

#[tokio::test]
async fn a_call_that_is_dropped_closes_its_span_without_a_code() {
    let (recording, _guard) = record();
    let app = app();
    {
        let mut send = pin!(app.send(Waits));
        assert!(poll_once(&mut send).await.is_pending());
        assert!(!recording.spans()[0].closed);
    }
    let span = &recording.spans()[0];
    assert!(span.closed && !span.fields.contains_key("error.code"));
}
