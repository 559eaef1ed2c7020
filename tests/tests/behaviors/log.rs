//! `Log` with a subscriber that records events, built on `tracing` alone.

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
use tracing::level_filters::LevelFilter;
use tracing::span::{Attributes, Record};
use tracing::subscriber::DefaultGuard;
use tracing::{Event, Level, Metadata, Subscriber};

use crate::subscribed::subscribed;

#[derive(Default)]
struct Fields(BTreeMap<&'static str, String>);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.0.insert(field.name(), format!("{value:?}"));
    }
}

#[derive(Clone)]
struct Recording {
    most: Level,
    events: Arc<Mutex<Vec<(Level, Fields)>>>,
}

impl Recording {
    /// Level, name and code of each event; a success has no code.
    fn events(&self) -> Vec<(Level, String, String)> {
        let taken = std::mem::take(&mut *self.events.lock().unwrap());
        let text = |fields: &Fields, name| fields.0.get(name).map_or("", |text| text.trim_matches('"')).to_owned();
        let event =
            |(level, fields): &(Level, Fields)| (*level, text(fields, "message.name"), text(fields, "error.code"));
        taken.iter().map(event).collect()
    }
}

impl Subscriber for Recording {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        *metadata.level() <= self.most
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(LevelFilter::from_level(self.most))
    }

    fn new_span(&self, _: &Attributes<'_>) -> tracing::Id {
        tracing::Id::from_u64(1)
    }

    fn record(&self, _: &tracing::Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &tracing::Id, _: &tracing::Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        self.events.lock().unwrap().push((*event.metadata().level(), fields));
    }

    fn enter(&self, _: &tracing::Id) {}

    fn exit(&self, _: &tracing::Id) {}
}

/// Records on this thread up to a level, as long as the guard lives.
fn record(most: Level) -> (Recording, DefaultGuard) {
    let recording = Recording { most, events: Arc::default() };
    (recording.clone(), subscribed(recording))
}

#[command(error = Trouble, name = "work.act")]
struct Act(Option<Trouble>);

#[query(reply = u32)]
struct Ask;

#[event]
struct Happened;

#[query(stream = u32, error = Trouble)]
struct List {
    fails: bool,
}

#[command]
struct Forever;

struct Work;

#[handler]
impl Work {
    fn act(&self, cmd: Act) -> Result<(), Trouble> {
        cmd.0.map_or(Ok(()), Err)
    }

    fn ask(&self, _query: Ask) -> u32 {
        7
    }

    fn on_happened(&self, _event: &Happened) -> Result<(), Trouble> {
        Err(Trouble::Wrong)
    }

    fn list(&self, query: List) -> impl Stream<Item = Result<u32, Trouble>> {
        stream::iter([Ok(1), if query.fails { Err(Trouble::Busy) } else { Ok(2) }])
    }

    async fn forever(&self, _cmd: Forever) {
        std::future::pending().await
    }
}

struct Fine;

#[handler]
impl Fine {
    fn on_happened(&self, _event: &Happened) {}
}

#[derive(Default)]
struct Counted(AtomicU64);

impl Ids for Counted {
    fn next(&self, _: &impl Clock, _: &impl Random) -> Result<Id, IdError> {
        Ok(Id::new(self.0.fetch_add(1, SeqCst) + 1))
    }
}

#[mediator(ids = self.ids)]
#[pipeline(Log::failures())]
struct Failures {
    ids: Counted,
    work: Work,
    fine: Fine,
}

#[mediator(ids = self.ids)]
#[pipeline(Log::everything())]
struct Everything {
    ids: Counted,
    work: Work,
    fine: Fine,
}

fn failures() -> Failures {
    Failures { ids: Counted::default(), work: Work, fine: Fine }
}

fn everything() -> Everything {
    Everything { ids: Counted::default(), work: Work, fine: Fine }
}

fn event(level: Level, name: &str, code: &str) -> (Level, String, String) {
    (level, name.to_owned(), code.to_owned())
}

#[tokio::test]
async fn a_failure_is_one_event_at_the_level_of_its_class() {
    let (recording, _guard) = record(Level::TRACE);
    let app = failures();
    for (trouble, level, code) in [
        (Trouble::Busy, Level::WARN, "trouble.busy"),
        (Trouble::Wrong, Level::WARN, "trouble.wrong"),
        (Trouble::Stale, Level::INFO, "trouble.stale"),
        (Trouble::Lost, Level::ERROR, "trouble.lost"),
    ] {
        app.send(Act(Some(trouble))).await.unwrap_err();
        assert_eq!(recording.events(), [event(level, "work.act", code)]);
    }
}

#[tokio::test]
async fn an_event_has_the_messages_name_and_ids_and_the_error() {
    let (recording, _guard) = record(Level::INFO);
    failures().send(Act(Some(Trouble::Busy))).await.unwrap_err();
    let (_, fields) = recording.events.lock().unwrap().remove(0);
    let expected = [
        ("error", "Busy"),
        ("error.class", "Transient"),
        ("error.code", "\"trouble.busy\""),
        ("message", "message failed"),
        ("message.correlation", "1"),
        ("message.id", "1"),
        ("message.kind", "\"command\""),
        ("message.name", "\"work.act\""),
    ];
    let fields: Vec<_> = fields.0.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_eq!(fields, expected);
}

#[tokio::test]
async fn a_success_is_logged_only_where_it_is_asked_to() {
    let (recording, _guard) = record(Level::TRACE);
    let app = failures();
    assert_eq!(app.send(Ask).await, Ok(7));
    assert_eq!(collect_ready(app.stream(List { fails: false })).await.len(), 2);
    assert_eq!(recording.events(), []);

    let app = everything();
    assert_eq!(app.send(Ask).await, Ok(7));
    app.send(Act(Some(Trouble::Lost))).await.unwrap_err();
    assert_eq!(recording.events(), [event(Level::DEBUG, "Ask", ""), event(Level::ERROR, "work.act", "trouble.lost")]);
}

#[tokio::test]
async fn each_handler_of_an_event_is_logged_by_itself() {
    let (recording, _guard) = record(Level::TRACE);
    everything().publish(Happened).await.unwrap_err();
    let expected = [event(Level::WARN, "Happened", "trouble.wrong"), event(Level::DEBUG, "Happened", "")];
    assert_eq!(recording.events(), expected);
}

#[tokio::test]
async fn a_stream_is_logged_at_its_end() {
    let (recording, _guard) = record(Level::TRACE);
    let app = everything();
    collect_ready(app.stream(List { fails: true })).await;
    assert_eq!(recording.events(), [event(Level::WARN, "List", "trouble.busy")]);
    collect_ready(app.stream(List { fails: false })).await;
    assert_eq!(recording.events(), [event(Level::DEBUG, "List", "")]);
}

#[tokio::test]
async fn what_is_dropped_is_not_logged() {
    let (recording, _guard) = record(Level::TRACE);
    let app = everything();
    assert!(poll_once(&mut pin!(app.send(Forever))).await.is_pending());
    assert_eq!(recording.events(), []);
}

#[tokio::test]
async fn what_nobody_listens_to_makes_no_id() {
    let (recording, _guard) = record(Level::ERROR);
    let app = everything();
    app.send(Act(Some(Trouble::Busy))).await.unwrap_err();
    assert_eq!(app.send(Ask).await, Ok(7));
    assert_eq!(recording.events(), []);
    assert_eq!(app.ids.0.load(SeqCst), 0);
    app.send(Act(Some(Trouble::Lost))).await.unwrap_err();
    assert_eq!(recording.events(), [event(Level::ERROR, "work.act", "trouble.lost")]);
    assert_eq!(app.ids.0.load(SeqCst), 1);
}

#[mediator]
#[pipeline(
    Log::failures()
        .level(Class::Transient, Level::TRACE)
        .level(Class::Permanent, Level::DEBUG)
        .level(Class::Conflict, Level::ERROR)
        .level(Class::Unknown, Level::WARN)
)]
struct Other {
    work: Work,
    fine: Fine,
}

#[tokio::test]
async fn each_class_may_have_another_level() {
    let (recording, _guard) = record(Level::TRACE);
    let app = Other { work: Work, fine: Fine };
    for trouble in [Trouble::Busy, Trouble::Wrong, Trouble::Stale, Trouble::Lost] {
        app.send(Act(Some(trouble))).await.unwrap_err();
    }
    let levels: Vec<Level> = recording.events().into_iter().map(|(level, ..)| level).collect();
    assert_eq!(levels, [Level::TRACE, Level::DEBUG, Level::ERROR, Level::WARN]);
}
