//! `Fallback`: what answers in the place of a handler that cannot.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::time::Duration;

use catga::prelude::*;
use catga::testing::VirtualClock;
use catga_tests::{Trouble, collect_ready, drive, poll_once};
use futures_util::{Stream, stream};

const SECOND: Duration = Duration::from_secs(1);

#[query(reply = u32, error = Trouble)]
struct Rate {
    currency: u32,
    fails: Option<Trouble>,
}

#[command(reply = &'static str, error = Trouble)]
struct Place {
    fails: bool,
}

/// Its handler never answers.
#[query(reply = u32)]
struct Slow;

#[event]
struct Happened;

#[query(stream = u32)]
struct List;

struct Work;

#[handler]
impl Work {
    fn rate(&self, query: Rate) -> Result<u32, Trouble> {
        query.fails.map_or(Ok(100), Err)
    }

    fn place(&self, cmd: Place) -> Result<&'static str, Trouble> {
        if cmd.fails { Err(Trouble::Wrong) } else { Ok("placed") }
    }

    #[pipeline(Timeout::secs(1))]
    async fn slow(&self, _query: Slow) -> u32 {
        std::future::pending().await
    }

    fn on_happened(&self, _event: &Happened) -> Result<(), Trouble> {
        Err(Trouble::Busy)
    }

    fn list(&self, _query: List) -> impl Stream<Item = u32> {
        stream::iter([1])
    }
}

struct Backup {
    clock: VirtualClock,
    kept: AtomicU32,
    recovering: AtomicU32,
}

struct Recovering<'a>(&'a AtomicU32);

impl Drop for Recovering<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, SeqCst);
    }
}

impl Recover<Rate> for Backup {
    type Kept = u32;

    fn keep(&self, message: &Rate) -> u32 {
        self.kept.fetch_add(1, SeqCst);
        message.currency
    }

    async fn recover(&self, currency: u32, error: Error<Trouble>) -> Outcome<Rate> {
        if currency == 0 { Err(error) } else { Ok(currency + 1) }
    }
}

/// From any error at all.
impl Recover<Place> for Backup {
    type Kept = ();

    fn keep(&self, _: &Place) {}

    fn recovers(&self, error: &Error<Trouble>) -> bool {
        error.handler() == Some(&Trouble::Wrong)
    }

    async fn recover(&self, (): (), _: Error<Trouble>) -> Outcome<Place> {
        Ok("written down")
    }
}

/// Takes its time.
impl Recover<Slow> for Backup {
    type Kept = ();

    fn keep(&self, _: &Slow) {}

    async fn recover(&self, (): (), error: Error) -> Outcome<Slow> {
        self.recovering.fetch_add(1, SeqCst);
        let _recovering = Recovering(&self.recovering);
        self.clock.sleep(SECOND * 2).await;
        if matches!(error, Error::Timeout) { Ok(8) } else { Err(error) }
    }
}

#[mediator(clock = self.clock, timer = self.clock)]
#[pipeline(queries: Fallback(self.backup), commands: self.fallback)]
struct App {
    clock: VirtualClock,
    backup: Arc<Backup>,
    fallback: Fallback<Arc<Backup>>,
    work: Work,
}

fn app() -> App {
    let clock = VirtualClock::new();
    let backup = Arc::new(Backup { clock: clock.clone(), kept: AtomicU32::new(0), recovering: AtomicU32::new(0) });
    App { fallback: Fallback(Arc::clone(&backup)), clock, backup, work: Work }
}

#[tokio::test]
async fn a_query_that_fails_is_answered_with_what_was_kept() {
    let app = app();
    for trouble in [Trouble::Busy, Trouble::Stale, Trouble::Lost] {
        assert_eq!(app.send(Rate { currency: 6, fails: Some(trouble) }).await, Ok(7));
    }
    assert_eq!(app.backup.kept.load(SeqCst), 3, "kept before each");
}

#[tokio::test]
async fn what_answers_is_left_alone() {
    let app = app();
    assert_eq!(app.send(Rate { currency: 6, fails: None }).await, Ok(100));
    assert_eq!(app.send(Place { fails: false }).await, Ok("placed"));
}

#[tokio::test]
async fn a_permanent_failure_stays_one() {
    let outcome = app().send(Rate { currency: 6, fails: Some(Trouble::Wrong) }).await;
    assert_eq!(outcome, Err(Error::Handler(Trouble::Wrong)));
}

#[tokio::test]
async fn a_predicate_decides_where_it_is_written() {
    assert_eq!(app().send(Place { fails: true }).await, Ok("written down"), "although it is permanent");
}

#[tokio::test]
async fn a_recovery_may_fail_with_the_error_itself() {
    let outcome = app().send(Rate { currency: 0, fails: Some(Trouble::Busy) }).await;
    assert_eq!(outcome, Err(Error::Handler(Trouble::Busy)));
}

#[tokio::test]
async fn a_recovery_waits_outside_of_the_timeouts_inside() {
    let app = app();
    let (outcome, waits) = drive(&app.clock, app.send(Slow)).await;
    assert_eq!(outcome, Ok(8));
    assert_eq!(waits, [SECOND, SECOND * 2]);
}

#[tokio::test]
async fn dropped_it_drops_the_recovery() {
    let app = app();
    {
        let mut send = pin!(app.send(Slow));
        assert!(poll_once(&mut send).await.is_pending());
        app.clock.advance(SECOND);
        assert!(poll_once(&mut send).await.is_pending());
        assert_eq!(app.backup.recovering.load(SeqCst), 1);
    }
    assert_eq!((app.backup.recovering.load(SeqCst), app.clock.waiting()), (0, 0));
}

#[tokio::test]
async fn events_and_streams_pass_an_entry_for_another_kind() {
    let app = app();
    assert_eq!(app.publish(Happened).await.unwrap_err().failed(), 1);
    assert_eq!(collect_ready(app.stream(List)).await, [Ok(1)]);
}

#[mediator(clock = self.clock, timer = self.clock)]
#[pipeline(Timeout::secs(2), queries: Fallback(self.backup))]
struct Bounded {
    clock: VirtualClock,
    backup: Arc<Backup>,
    work: Work,
}

#[tokio::test]
async fn a_recovery_has_what_is_left_of_a_timeout_around_it() {
    let App { clock, backup, work, .. } = app();
    let app = Bounded { clock, backup, work };
    let (outcome, waits) = drive(&app.clock, app.send(Slow)).await;
    assert_eq!(outcome, Err(Error::Timeout));
    assert_eq!(waits, [SECOND, SECOND]);
    assert_eq!(app.backup.recovering.load(SeqCst), 0);
}

/// In the pipeline of the handler itself.
struct Own {
    last: Last,
}

struct Last;

impl Recover<Slow> for Last {
    type Kept = ();

    fn keep(&self, _: &Slow) {}

    async fn recover(&self, (): (), _: Error) -> Outcome<Slow> {
        Ok(9)
    }
}

#[handler]
impl Own {
    #[pipeline(Fallback(self.last), Timeout::secs(3))]
    async fn slow(&self, _query: Slow) -> u32 {
        std::future::pending().await
    }
}

#[mediator(clock = self.clock, timer = self.clock)]
struct Owning {
    clock: VirtualClock,
    own: Own,
}

#[tokio::test]
async fn a_handler_may_have_its_own() {
    let app = Owning { clock: VirtualClock::new(), own: Own { last: Last } };
    assert_eq!(drive(&app.clock, app.send(Slow)).await, (Ok(9), vec![SECOND * 3]));
}
