//! A behavior that refuses everything shuts every entry: nothing reaches a handler by another way.

use std::sync::atomic::{AtomicU32, Ordering::SeqCst};

use catga::error::{Classify as _, PublishError};
use catga::prelude::*;
use catga::scope::Call;
use catga_tests::Deny;
use futures_util::{Stream, StreamExt as _, stream};

#[command(reply = u32)]
struct Do;

#[query(reply = u32)]
struct Ask;

#[query(stream = u32)]
struct List;

#[event]
struct Done;

/// Tries every entry from inside, and counts how many let it in.
#[command(reply = u32)]
struct TryAll;

#[derive(Default)]
struct Rooms {
    reached: AtomicU32,
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
}

struct Doors;

#[handler]
impl Doors {
    #[pipeline(without(Deny))]
    async fn try_all(
        &self,
        _cmd: TryAll,
        cx: &mut Context<impl Sends<Do> + Sends<Ask> + Streams<List> + Publishes<Done>>,
    ) -> u32 {
        let rows: Vec<_> = cx.stream(List).collect().await;
        let shut = [
            is_refused(&cx.send(Do).await),
            is_refused(&cx.send(Ask).await),
            rows.len() == 1 && is_refused(&rows[0]),
            is_unheard(&cx.publish(Done).await),
        ];
        shut.iter().filter(|shut| !**shut).count() as u32
    }
}

#[mediator]
#[pipeline(Deny)]
#[derive(Default)]
struct ShutByMediator {
    rooms: Rooms,
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

fn is_refused<T>(outcome: &Result<T, Error>) -> bool {
    matches!(outcome, Err(Error::Refused(failure)) if failure.code() == Deny::CODE)
}

fn is_unheard(told: &Result<(), PublishError>) -> bool {
    told.as_ref().is_err_and(|error| error.failures().iter().all(|failure| failure.error.code() == Deny::CODE))
}

async fn is_shut<A>(app: &A, rooms: &Rooms)
where
    A: Handles<Do> + Handles<Ask> + Handles<TryAll> + Hears<Done> + Yields<List>,
{
    assert!(is_refused(&app.send(Do).await));
    assert!(is_refused(&app.send(Ask).await));
    assert!(is_refused(&app.send_with(Do, Call::new()).await));
    assert!(is_refused(&app.send_with(Ask, Call::new()).await));
    for outcome in app.send_all([Do, Do, Do], 2).collect::<Vec<_>>().await {
        assert!(is_refused(&outcome));
    }
    for rows in [app.stream(List).collect::<Vec<_>>().await, app.stream_with(List, Call::new()).collect().await] {
        assert!(rows.len() == 1 && is_refused(&rows[0]));
    }
    assert!(is_unheard(&app.publish(Done).await));
    assert!(is_unheard(&app.publish_with(Done, Call::new()).await));
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
