//! A behavior that refuses everything shuts every entry: nothing reaches a handler by another way.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};

use catga::behaviors::tower::Served;
use catga::error::{Classify as _, PublishError};
use catga::prelude::*;
use catga::scope::Call;
use catga_tests::Deny;
use futures_util::{Stream, StreamExt as _, stream};
use serde::{Deserialize, Serialize};
use tower::ServiceExt as _;

#[command(reply = u32)]
#[derive(Serialize, Deserialize)]
pub struct Do;

#[query(reply = u32)]
#[derive(Serialize, Deserialize)]
pub struct Ask;

#[query(stream = u32)]
#[derive(Serialize, Deserialize)]
pub struct List;

#[event]
#[derive(Serialize, Deserialize)]
pub struct Done;

#[event(fan_out = sequential)]
#[derive(Serialize, Deserialize)]
pub struct DoneInOrder;

#[event(fan_out = stop_at_first)]
#[derive(Serialize, Deserialize)]
pub struct DoneUnlessOneFails;

/// Tries every entry from inside, and counts how many let it in.
#[command(reply = u32)]
struct TryAll;

#[derive(Default)]
pub struct Rooms {
    reached: AtomicU32,
}

impl Rooms {
    /// How many handlers have run.
    pub fn reached(&self) -> u32 {
        self.reached.load(SeqCst)
    }
}

#[handler]
impl Rooms {
    fn act(&self, _cmd: Do) -> u32 {
        self.reached.fetch_add(1, SeqCst)
    }

    async fn ask(&self, _query: Ask) -> u32 {
        self.reached.fetch_add(1, SeqCst)
    }

    fn list(&self, _query: List) -> impl Stream<Item = u32> {
        self.reached.fetch_add(1, SeqCst);
        stream::iter([1])
    }

    fn on_done(&self, _event: &Done) {
        self.reached.fetch_add(1, SeqCst);
    }

    fn in_order(&self, _event: &DoneInOrder) {
        self.reached.fetch_add(1, SeqCst);
    }

    async fn unless_one_fails(&self, _event: &DoneUnlessOneFails) {
        self.reached.fetch_add(1, SeqCst);
    }
}

/// Where nothing denies, every entry reaches a handler: what is shut below is open here.
#[mediator]
#[derive(Default)]
pub struct Open {
    pub rooms: Rooms,
}

struct Doors;

#[handler]
impl Doors {
    #[pipeline(without(Deny))]
    async fn try_all(
        &self,
        _cmd: TryAll,
        cx: &mut Context<
            impl Sends<Do>
            + Sends<Ask>
            + Streams<List>
            + Publishes<Done>
            + Publishes<DoneInOrder>
            + Publishes<DoneUnlessOneFails>,
        >,
    ) -> u32 {
        let rows: Vec<_> = cx.stream(List).collect().await;
        let shut = [
            is_refused(&cx.send(Do).await),
            is_refused(&cx.send(Ask).await),
            rows.len() == 1 && is_refused(&rows[0]),
            is_unheard(&cx.publish(Done).await),
            is_unheard(&cx.publish(DoneInOrder).await),
            is_unheard(&cx.publish(DoneUnlessOneFails).await),
        ];
        shut.iter().filter(|shut| !**shut).count() as u32
    }
}

#[mediator]
#[pipeline(Deny)]
#[derive(Default)]
pub struct ShutByMediator {
    pub rooms: Rooms,
    #[state]
    _note: u8,
    doors: Doors,
}

impl Default for Doors {
    fn default() -> Self {
        Self
    }
}

#[mediator(nested)]
#[derive(Default)]
struct ShutByField {
    #[pipeline(Deny)]
    rooms: Rooms,
    doors: Doors,
}

#[mediator]
#[pipeline(commands: Deny, queries: Deny, events: Deny, streams: Deny)]
#[derive(Default)]
struct ShutByKind {
    rooms: Rooms,
    doors: Doors,
}

pub fn is_refused<T>(outcome: &Result<T, Error>) -> bool {
    matches!(outcome, Err(Error::Refused(failure)) if failure.code() == Deny::CODE)
}

/// The one handler was refused.
pub fn is_unheard(told: &Result<(), PublishError>) -> bool {
    let codes = |error: &PublishError| error.failures().iter().map(|failure| failure.error.code()).collect::<Vec<_>>();
    told.as_ref().is_err_and(|error| codes(error) == [Deny::CODE])
}

/// Publishes each kind of event, in each way.
async fn publish_all<A>(app: &A) -> [Result<(), PublishError>; 6]
where
    A: Hears<Done> + Hears<DoneInOrder> + Hears<DoneUnlessOneFails>,
{
    [
        app.publish(Done).await,
        app.publish_with(Done, Call::new()).await,
        app.publish(DoneInOrder).await,
        app.publish_with(DoneInOrder, Call::new()).await,
        app.publish(DoneUnlessOneFails).await,
        app.publish_with(DoneUnlessOneFails, Call::new()).await,
    ]
}

async fn is_shut<A>(app: &A, rooms: &Rooms)
where
    A: Handles<Do> + Handles<Ask> + Handles<TryAll> + Yields<List>,
    A: Hears<Done> + Hears<DoneInOrder> + Hears<DoneUnlessOneFails>,
{
    assert!(is_refused(&app.send(Do).await));
    assert!(is_refused(&app.send(Ask).await));
    assert!(is_refused(&app.send_with(Do, Call::new()).await));
    assert!(is_refused(&app.send_with(Ask, Call::new()).await));
    for outcome in app.send_all([Do, Do, Do], 2).collect::<Vec<_>>().await {
        assert!(is_refused(&outcome));
    }
    for outcome in app.send_all_with([Do, Do, Do], 2, Call::new()).collect::<Vec<_>>().await {
        assert!(is_refused(&outcome));
    }
    for rows in [app.stream(List).collect::<Vec<_>>().await, app.stream_with(List, Call::new()).collect().await] {
        assert!(rows.len() == 1 && is_refused(&rows[0]));
    }
    for told in publish_all(app).await {
        assert!(is_unheard(&told), "{told:?}");
    }
    assert_eq!(app.send(TryAll).await, Ok(0), "from inside");
    assert_eq!(rooms.reached.load(SeqCst), 0);
}

#[tokio::test]
async fn by_the_mediator() {
    let app = ShutByMediator::default();
    is_shut(&app, &app.rooms).await;
}

#[tokio::test]
async fn by_a_field() {
    let app = ShutByField::default();
    is_shut(&app, &app.rooms).await;
}

#[tokio::test]
async fn by_kind() {
    let app = ShutByKind::default();
    is_shut(&app, &app.rooms).await;
}

#[tokio::test]
async fn what_nobody_denies_is_open() {
    let app = Open::default();
    assert!(app.send(Do).await.is_ok() && app.send(Ask).await.is_ok());
    assert_eq!(app.send_all([Do, Do], 2).filter(|outcome| std::future::ready(outcome.is_ok())).count().await, 2);
    assert_eq!(app.stream(List).count().await, 1);
    assert!(publish_all(&app).await.iter().all(Result::is_ok));
    assert_eq!(app.rooms.reached(), 11);
}

/// A service of tower asks the mediator, and so its pipeline.
#[tokio::test]
async fn as_a_service_of_tower() {
    let (app, open) = (Arc::new(ShutByMediator::default()), Arc::new(Open::default()));
    assert!(is_refused(&Served::new(Arc::clone(&app)).oneshot(Do).await));
    assert!(is_refused(&Served::new(Arc::clone(&app)).oneshot(Ask).await));
    assert!(Served::new(Arc::clone(&open)).oneshot(Do).await.is_ok());
    assert_eq!((app.rooms.reached(), open.rooms.reached()), (0, 1));
}

/// From a context outside of any send, and from a mediator around it.
#[mediator]
#[derive(Default)]
struct Around {
    inner: ShutByField,
}

#[tokio::test]
async fn from_a_test_and_from_outside() {
    let app = ShutByField::default();
    assert_eq!(Doors.try_all(TryAll, &mut app.context()).await, 0);
    assert_eq!(app.rooms.reached.load(SeqCst), 0);
    let around = Around::default();
    assert!(is_refused(&around.send(Do).await));
    assert!(is_refused(&around.send(Ask).await));
    assert!(is_refused(&around.stream(List).collect::<Vec<_>>().await[0]));
    assert_eq!(around.send(TryAll).await, Ok(0));
    assert_eq!(around.inner.rooms.reached.load(SeqCst), 0);
}
