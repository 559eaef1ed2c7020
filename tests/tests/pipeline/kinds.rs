//! Entries for one kind of message, and behaviors that fit some messages only.

use catga::prelude::*;
use catga_tests::{Mark, Trouble, mark, marks};
use futures_util::{Stream, StreamExt as _, stream};

#[command]
struct Do;

#[query(reply = u8, error = Trouble)]
#[derive(Clone)]
struct Ask;

#[query(stream = u8)]
struct List;

#[event]
struct Done;

struct Set;

#[handler]
#[pipeline(streams: Mark("impl streams"), commands: Mark("impl commands"))]
impl Set {
    fn act(&self, _cmd: Do) {
        mark("handler");
    }

    /// Fails, so that the retry around queries shows.
    fn ask(&self, _query: Ask) -> Result<u8, Trouble> {
        mark("handler");
        Err(Trouble::Busy)
    }

    fn list(&self, _query: List) -> impl Stream<Item = u8> {
        mark("handler");
        stream::empty()
    }

    #[pipeline(events: Mark("method events"), queries: Mark("method queries"))]
    fn on_done(&self, _event: &Done) {
        mark("handler");
    }
}

/// Fits queries alone: no other message may be asked for it.
struct QueriesOnly(&'static str);

impl<M: Message<Kind = catga::message::Query>, S: Dispatched> Behavior<M, S> for QueriesOnly {
    async fn around<N: Next<M, S>>(&self, input: M::In<'_>, cx: &mut Context<S>, next: N) -> Outcome<M> {
        mark(self.0);
        next.run(input, cx).await
    }
}

// `Do` and `List` are not `Clone`, and the retry does not ask them to be.
#[mediator(timer = self.timer)]
#[pipeline(
    commands: Mark("commands"),
    queries: Retry::times(1).base(std::time::Duration::ZERO),
    queries: QueriesOnly("queries"),
    events: Mark("events"),
    streams: Mark("streams"),
    commands: self.own,
)]
struct App {
    timer: catga::testing::VirtualClock,
    own: Mark,
    #[pipeline(queries: QueriesOnly("field queries"), events: Mark("field events"))]
    set: Set,
}

fn app() -> App {
    App { timer: catga::testing::VirtualClock::new(), own: Mark("own"), set: Set }
}

#[tokio::test]
async fn commands() {
    app().send(Do).await.unwrap();
    assert_eq!(marks(), ["commands", "own", "impl commands", "handler", "/impl commands", "/own", "/commands"],);
}

#[tokio::test]
async fn queries() {
    assert_eq!(app().send(Ask).await, Err(Error::Handler(Trouble::Busy)));
    let once = ["queries", "field queries", "handler"];
    assert_eq!(marks(), [once, once].concat());
}

#[tokio::test]
async fn events() {
    app().publish(Done).await.unwrap();
    assert_eq!(
        marks(),
        ["events", "field events", "method events", "handler", "/method events", "/field events", "/events"],
    );
}

#[tokio::test]
async fn streams() {
    assert_eq!(app().stream(List).count().await, 0);
    assert_eq!(marks(), ["streams", "impl streams", "handler", "/impl streams", "/streams"]);
}
