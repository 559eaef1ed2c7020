//! `Authorize` and `AuthorizeAsync`: what no policy lets pass does not reach its handler.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::time::Duration;

use catga::error::Classify as _;
use catga::prelude::*;
use catga::scope::Call;
use catga::testing::VirtualClock;
use catga_tests::{Trouble, collect_ready, drive, poll_once};
use futures_util::{Stream, stream};

const SECOND: Duration = Duration::from_secs(1);

/// The caller.
#[derive(Debug)]
struct User {
    name: &'static str,
    limit: u64,
}

const ANN: User = User { name: "ann", limit: 100 };
const BOB: User = User { name: "bob", limit: 0 };

#[command]
struct Refund {
    cents: u64,
}

#[query(reply = u64)]
struct Balance {
    of: &'static str,
}

#[event]
struct Closed;

#[query(stream = u32)]
struct List;

#[derive(Default)]
struct Desk {
    reached: AtomicU32,
}

#[handler]
impl Desk {
    fn refund(&self, _cmd: Refund) {
        self.reached.fetch_add(1, SeqCst);
    }

    fn balance(&self, _query: Balance) -> u64 {
        self.reached.fetch_add(1, SeqCst);
        7
    }

    fn on_closed(&self, _event: &Closed) {
        self.reached.fetch_add(1, SeqCst);
    }

    fn list(&self, _query: List) -> impl Stream<Item = u32> {
        self.reached.fetch_add(1, SeqCst);
        stream::iter([1, 2])
    }
}

/// The rules; it counts how often it is asked.
#[derive(Default)]
struct Rules {
    asked: AtomicU32,
}

impl Policy<Refund, User> for Rules {
    fn check(&self, message: &Refund, caller: Option<&User>) -> Result<(), Denial> {
        self.asked.fetch_add(1, SeqCst);
        match caller {
            Some(user) if message.cents <= user.limit => Ok(()),
            Some(_) => Err(Denial::because(Failure::new("refund.limit", Class::Transient))),
            None => Err(Denial::new()),
        }
    }
}

impl Policy<Balance, User> for Rules {
    /// Panics for one, fails for another.
    fn check(&self, message: &Balance, caller: Option<&User>) -> Result<(), Denial> {
        match message.of {
            "panic" => panic!("the rules are broken"),
            "fail" => Err(Trouble::Busy)?,
            of if caller.is_some_and(|user| user.name == of) => Ok(()),
            _ => Err(Denial::new()),
        }
    }
}

impl Policy<Closed, User> for Rules {
    fn check(&self, _: &Closed, caller: Option<&User>) -> Result<(), Denial> {
        self.asked.fetch_add(1, SeqCst);
        caller.map(drop).ok_or_else(Denial::new)
    }
}

impl Policy<List, User> for Rules {
    fn check(&self, _: &List, caller: Option<&User>) -> Result<(), Denial> {
        caller.map(drop).ok_or_else(Denial::new)
    }
}

struct Second;

#[handler]
impl Second {
    fn on_closed(&self, _event: &Closed) {}
}

#[mediator(extension = User)]
#[pipeline(Authorize(self.rules))]
struct App {
    rules: Arc<Rules>,
    desk: Desk,
    second: Second,
}

fn app() -> App {
    App { rules: Arc::default(), desk: Desk::default(), second: Second }
}

impl App {
    fn reached(&self) -> u32 {
        self.desk.reached.load(SeqCst)
    }
}

fn by(user: &User) -> Call<'_, User> {
    Call::new().extension(user)
}

#[tokio::test]
async fn what_the_policy_allows_passes() {
    let app = app();
    assert_eq!(app.send_with(Refund { cents: 100 }, by(&ANN)).await, Ok(()));
    assert_eq!(app.send_with(Balance { of: "bob" }, by(&BOB)).await, Ok(7));
    assert_eq!(app.reached(), 2);
}

#[tokio::test]
async fn what_it_denies_is_not_reached_and_says_why_to_the_log_alone() {
    use std::error::Error as _;

    let app = app();
    let denied = app.send_with(Refund { cents: 101 }, by(&ANN)).await.unwrap_err();
    assert_eq!((denied.class(), denied.code()), (Class::Permanent, "catga.denied"));
    let Error::Denied(denial) = &denied else { panic!("{denied:?}") };
    assert_eq!(denial.reason().unwrap().code(), "refund.limit");
    assert!(denied.source().unwrap().is::<Failure>());
    assert!(!denied.to_string().contains("limit"));
    assert_eq!(app.send_with(Balance { of: "ann" }, by(&BOB)).await, Err(Error::Denied(Denial::new())));
    assert_eq!(app.reached(), 0);
}

#[tokio::test]
async fn a_caller_who_sends_nothing_along_is_nobody() {
    let app = app();
    assert_eq!(app.send(Refund { cents: 0 }).await, Err(Error::Denied(Denial::new())));
    assert_eq!((app.reached(), app.rules.asked.load(SeqCst)), (0, 1));
}

#[tokio::test]
async fn a_policy_that_panics_or_fails_denies() {
    let app = app();
    for (of, code) in [("panic", "catga.panicked"), ("fail", "catga.policy")] {
        match app.send_with(Balance { of }, by(&ANN)).await {
            Err(Error::Denied(denial)) => assert_eq!(denial.reason().unwrap().code(), code),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(app.reached(), 0);
}

#[tokio::test]
async fn each_handler_of_an_event_is_asked_for() {
    let app = app();
    let told = app.publish(Closed).await.unwrap_err();
    assert_eq!(told.failed(), 2);
    assert!(told.failures().iter().all(|failure| matches!(failure.error, Error::Denied(_))));
    assert_eq!((app.reached(), app.rules.asked.load(SeqCst)), (0, 2));
    assert!(app.publish_with(Closed, by(&BOB)).await.is_ok());
    assert_eq!((app.reached(), app.rules.asked.load(SeqCst)), (1, 4));
}

#[tokio::test]
async fn a_stream_that_is_denied_has_the_error_as_its_only_item() {
    let app = app();
    assert_eq!(collect_ready(app.stream(List)).await, [Err(Error::Denied(Denial::new()))]);
    assert_eq!(app.reached(), 0);
    assert_eq!(collect_ready(app.stream_with(List, by(&BOB))).await, [Ok(1), Ok(2)]);
}

#[tokio::test]
async fn what_is_dropped_before_it_is_polled_asks_nobody() {
    let app = app();
    drop(app.send_with(Refund { cents: 1 }, by(&ANN)));
    assert_eq!(app.rules.asked.load(SeqCst), 0);
}

/// Asks elsewhere, which takes a second.
struct Directory {
    clock: VirtualClock,
    asking: AtomicU32,
}

struct Asking<'a>(&'a AtomicU32);

impl Drop for Asking<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, SeqCst);
    }
}

impl<M: Message> AsyncPolicy<M, User> for Directory {
    async fn check(&self, _: &M, caller: Option<&User>) -> Result<(), Denial> {
        self.asking.fetch_add(1, SeqCst);
        let _asking = Asking(&self.asking);
        self.clock.sleep(SECOND).await;
        match caller.ok_or(Trouble::Wrong)?.name {
            "ann" => Ok(()),
            "panic" => panic!("the directory is broken"),
            _ => Err(Denial::new()),
        }
    }
}

#[mediator(extension = User, clock = self.clock, timer = self.clock)]
#[pipeline(Timeout::secs(5), AuthorizeAsync(self.directory))]
struct Remote {
    clock: VirtualClock,
    directory: Directory,
    desk: Desk,
}

fn remote() -> Remote {
    let clock = VirtualClock::new();
    let directory = Directory { clock: clock.clone(), asking: AtomicU32::new(0) };
    Remote { clock, directory, desk: Desk::default() }
}

#[tokio::test]
async fn a_policy_may_wait() {
    let app = remote();
    assert_eq!(drive(&app.clock, app.send_with(Balance { of: "" }, by(&ANN))).await, (Ok(7), vec![SECOND]));
    let (denied, _) = drive(&app.clock, app.send_with(Balance { of: "" }, by(&BOB))).await;
    assert_eq!(denied, Err(Error::Denied(Denial::new())));
    assert!(drive(&app.clock, app.publish_with(Closed, by(&ANN))).await.0.is_ok());
    assert_eq!(drive(&app.clock, app.publish_with(Closed, by(&BOB))).await.0.unwrap_err().failed(), 1);
    assert_eq!(app.desk.reached.load(SeqCst), 2);
}

#[tokio::test]
async fn a_policy_that_panics_or_fails_after_a_wait_denies() {
    let app = remote();
    let broken = User { name: "panic", limit: 0 };
    for (call, code) in [(by(&broken), "catga.panicked"), (Call::new(), "catga.policy")] {
        match drive(&app.clock, app.send_with(Balance { of: "" }, call)).await.0 {
            Err(Error::Denied(denial)) => assert_eq!(denial.reason().unwrap().code(), code),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(app.desk.reached.load(SeqCst), 0);
}

/// Panics before there is anything to wait for.
struct Hasty;

impl<M: Message> AsyncPolicy<M, User> for Hasty {
    #[allow(clippy::manual_async_fn, reason = "an `async fn` panics when it is polled")]
    fn check(&self, _: &M, caller: Option<&User>) -> impl Future<Output = Result<(), Denial>> + Send {
        assert!(caller.is_some(), "nobody");
        async { Ok(()) }
    }
}

#[mediator(extension = User)]
#[pipeline(AuthorizeAsync(Hasty))]
struct Hastily {
    desk: Desk,
}

#[tokio::test]
async fn a_policy_that_panics_before_it_waits_denies() {
    let app = Hastily { desk: Desk::default() };
    let Err(Error::Denied(denial)) = app.send(Balance { of: "" }).await else { panic!("it is not denied") };
    assert_eq!(denial.reason().unwrap().code(), "catga.panicked");
    assert_eq!(app.desk.reached.load(SeqCst), 0);
    assert_eq!(app.send_with(Balance { of: "" }, by(&ANN)).await, Ok(7));
}

#[tokio::test]
async fn a_stream_waits_for_its_policy() {
    use futures_util::StreamExt as _;

    let app = remote();
    for (user, rows) in [(&ANN, vec![Ok(1), Ok(2)]), (&BOB, vec![Err(Error::Denied(Denial::new()))])] {
        let (read, waits) = drive(&app.clock, app.stream_with(List, by(user)).collect::<Vec<_>>()).await;
        assert_eq!((read, waits), (rows, vec![SECOND]));
    }
}

#[tokio::test]
async fn dropped_while_it_asks_nothing_has_begun() {
    let app = remote();
    {
        let mut send = pin!(app.send_with(Refund { cents: 1 }, by(&ANN)));
        assert!(poll_once(&mut send).await.is_pending());
        assert_eq!(app.directory.asking.load(SeqCst), 1);
    }
    assert_eq!(app.directory.asking.load(SeqCst), 0);
    assert_eq!((app.desk.reached.load(SeqCst), app.clock.waiting()), (0, 0));
}

/// In the pipeline of a handler, which does not know the mediator's extension.
struct Own;

/// Whoever calls.
struct Nobody;

impl<M: Message, X> Policy<M, X> for Nobody {
    fn check(&self, _: &M, _: Option<&X>) -> Result<(), Denial> {
        Err(Denial::new())
    }
}

#[handler]
impl Own {
    #[pipeline(Authorize(Nobody))]
    fn balance(&self, _query: Balance) -> u64 {
        7
    }
}

#[mediator(extension = User)]
struct Owning {
    own: Own,
}

#[tokio::test]
async fn a_handler_may_have_its_own() {
    let app = Owning { own: Own };
    assert_eq!(app.send_with(Balance { of: "ann" }, by(&ANN)).await, Err(Error::Denied(Denial::new())));
}
