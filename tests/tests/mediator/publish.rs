//! Publishing: who hears an event, in which order, and what becomes of failures.

use std::pin::pin;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};

use catga::error::{Classify as _, PublishError};
use catga::prelude::*;
use catga_tests::{Trouble, mark, marks, poll_once};
use futures_util::future;
use tokio::sync::Barrier;
use tracing::span::{Attributes, Record};
use tracing::{Metadata, Subscriber};

#[event]
struct Meeting;

/// All at once.
#[event]
#[derive(Clone)]
struct Placed {
    fails: [Option<Trouble>; 3],
    panics: Option<usize>,
}

#[event(fan_out = sequential)]
struct Ordered {
    fails: [Option<Trouble>; 3],
    panics: Option<usize>,
}

#[event(fan_out = stop_at_first)]
struct Careful {
    fails: [Option<Trouble>; 3],
    panics: Option<usize>,
}

/// Nobody hears it.
#[event]
struct Silence;

/// Heard by some and allowed to be heard by none.
#[event(fan_out = concurrent)]
struct Whisper;

fn ends(number: usize, fails: &[Option<Trouble>; 3], panics: Option<usize>) -> Result<(), Trouble> {
    assert_ne!(panics, Some(number), "it panics");
    mark(number.to_string());
    fails[number].map_or(Ok(()), Err)
}

macro_rules! sets {
    ($($set:ident = $number:literal;)*) => {$(
        struct $set {
            meet: std::sync::Arc<Barrier>,
            met: AtomicU32,
        }

        #[handler]
        impl $set {
            /// Goes on only when all of them are here.
            async fn on_meeting(&self, _event: &Meeting) {
                self.meet.wait().await;
                self.met.fetch_add(1, SeqCst);
            }

            async fn on_placed(&self, event: &Placed) -> Result<(), Trouble> {
                tokio::task::yield_now().await;
                if event.panics == Some($number) {
                    panic!("{} panics", stringify!($set));
                }
                ends($number, &event.fails, None)
            }

            async fn on_ordered(&self, event: &Ordered) -> Result<(), Trouble> {
                mark(format!("begins {}", $number));
                tokio::task::yield_now().await;
                ends($number, &event.fails, event.panics)
            }

            async fn on_careful(&self, event: &Careful) -> Result<(), Trouble> {
                ends($number, &event.fails, event.panics)
            }
        }
    )*};
}

sets! {
    First = 0;
    Second = 1;
    Third = 2;
}

struct Quiet;

#[handler]
impl Quiet {
    fn on_whisper(&self, _event: &Whisper) {
        mark("whisper");
    }
}

#[mediator(unheard(Silence))]
#[pipeline(Trace)]
struct App {
    first: First,
    second: Second,
    third: Third,
    quiet: Quiet,
}

fn app() -> App {
    let meet = std::sync::Arc::new(Barrier::new(3));
    App {
        first: First { meet: meet.clone(), met: AtomicU32::new(0) },
        second: Second { meet: meet.clone(), met: AtomicU32::new(0) },
        third: Third { meet, met: AtomicU32::new(0) },
        quiet: Quiet,
    }
}

fn failed(error: &PublishError) -> Vec<(&'static str, &'static str)> {
    error.failures().iter().map(|failure| (failure.handler, failure.error.code())).collect()
}

#[tokio::test]
async fn all_handlers_run_at_once() {
    let app = app();
    app.publish(Meeting).await.unwrap();
    assert_eq!([&app.first.met, &app.second.met, &app.third.met].map(|met| met.load(SeqCst)), [1, 1, 1]);
}

#[tokio::test]
async fn one_handler_that_fails_keeps_nobody_from_running() {
    let app = app();
    let fails = [Some(Trouble::Busy), None, Some(Trouble::Wrong)];
    let error = app.publish(Placed { fails, panics: None }).await.unwrap_err();
    assert_eq!(failed(&error), [("First::on_placed", "trouble.busy"), ("Third::on_placed", "trouble.wrong")]);
    assert_eq!(error.failed(), 2);
    assert_eq!(marks(), ["0", "1", "2"]);
    assert_eq!((error.code(), error.class()), ("catga.publish", Class::Unknown), "the classes do not agree");
    let fails = [Some(Trouble::Busy), None, Some(Trouble::Busy)];
    assert_eq!(
        app.publish(Placed { fails, panics: None }).await.unwrap_err().class(),
        Class::Unknown,
        "one handler has acted"
    );
}

#[tokio::test]
async fn the_handlers_own_error_is_the_source() {
    use std::error::Error as _;

    let error = app().publish(Placed { fails: [None, Some(Trouble::Stale), None], panics: None }).await.unwrap_err();
    let Error::Handler(failure) = &error.failures()[0].error else { panic!("{error:?}") };
    assert_eq!(failure.class(), Class::Conflict);
    assert_eq!(failure.source().unwrap().downcast_ref(), Some(&Trouble::Stale));
    assert!(error.source().is_some());
}

/// Takes every span and keeps none.
struct Everything;

impl Subscriber for Everything {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, _: &Attributes<'_>) -> tracing::Id {
        tracing::Id::from_u64(1)
    }

    fn record(&self, _: &tracing::Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &tracing::Id, _: &tracing::Id) {}
    fn event(&self, _: &tracing::Event<'_>) {}
    fn enter(&self, _: &tracing::Id) {}
    fn exit(&self, _: &tracing::Id) {}
}

async fn a_panic_fails_alone() {
    let app = app();
    let event = Placed { fails: [None, None, Some(Trouble::Lost)], panics: Some(1) };
    let error = app.publish(event).await.unwrap_err();
    assert_eq!(failed(&error), [("Second::on_placed", "catga.panicked"), ("Third::on_placed", "trouble.lost")]);
    let Error::Panicked(panic) = &error.failures()[0].error else { panic!("{error:?}") };
    assert_eq!(panic.message(), "Second panics");
    assert_eq!(marks(), ["0", "2"]);
    app.publish(Placed { fails: [None; 3], panics: None }).await.unwrap();
    assert_eq!(marks().len(), 3, "and the mediator goes on");
}

#[tokio::test]
async fn a_panic_fails_alone_without_tracing() {
    a_panic_fails_alone().await;
}

#[tokio::test]
async fn a_panic_fails_alone_with_tracing() {
    let _guard = tracing::subscriber::set_default(Everything);
    a_panic_fails_alone().await;
}

#[tokio::test]
async fn in_order_each_to_its_end() {
    let fails = [Some(Trouble::Busy), None, Some(Trouble::Wrong)];
    let error = app().publish(Ordered { fails, panics: None }).await.unwrap_err();
    assert_eq!(marks(), ["begins 0", "0", "begins 1", "1", "begins 2", "2"]);
    assert_eq!(failed(&error), [("First::on_ordered", "trouble.busy"), ("Third::on_ordered", "trouble.wrong")]);
}

#[tokio::test]
async fn in_order_a_panic_is_a_failure_like_others() {
    let app = app();
    let error = app.publish(Ordered { fails: [None; 3], panics: Some(1) }).await.unwrap_err();
    assert_eq!(failed(&error), [("Second::on_ordered", "catga.panicked")]);
    assert_eq!(marks(), ["begins 0", "0", "begins 1", "begins 2", "2"], "the third runs all the same");
    let error = app.publish(Careful { fails: [None; 3], panics: Some(1) }).await.unwrap_err();
    assert_eq!(failed(&error), [("Second::on_careful", "catga.panicked")]);
    assert_eq!(marks(), ["0"], "the third does not run");
}

#[tokio::test]
async fn in_order_until_one_fails() {
    let app = app();
    let error = app
        .publish(Careful { fails: [None, Some(Trouble::Stale), Some(Trouble::Wrong)], panics: None })
        .await
        .unwrap_err();
    assert_eq!(failed(&error), [("Second::on_careful", "trouble.stale")]);
    assert_eq!(marks(), ["0", "1"], "the third does not run");
    app.publish(Careful { fails: [None; 3], panics: None }).await.unwrap();
    assert_eq!(marks(), ["0", "1", "2"]);
}

#[tokio::test]
async fn an_event_may_go_unheard_where_the_mediator_says_so() {
    app().publish(Silence).await.unwrap();
    app().publish(Whisper).await.unwrap();
    assert_eq!(marks(), ["whisper"]);
}

#[tokio::test]
async fn dropped_it_stops_the_handlers_where_they_wait() {
    let app = app();
    let both = future::join(app.first.meet.wait(), app.publish(Meeting));
    {
        let mut both = pin!(both);
        // Four at a barrier for three: three have met, and one of the handlers waits.
        assert!(poll_once(&mut both).await.is_pending());
    }
    let met: u32 = [&app.first.met, &app.second.met, &app.third.met].iter().map(|met| met.load(SeqCst)).sum();
    assert!(met < 3, "{met}");
    app.publish(Ordered { fails: [None; 3], panics: None }).await.unwrap();
}

#[tokio::test]
async fn generic_code_asks_for_no_more_than_it_publishes() {
    async fn tell(app: &impl Hears<Whisper>) -> bool {
        app.publish(Whisper).await.is_ok()
    }
    assert!(tell(&app()).await);
}
