//! Message, correlation and causation ids, and that nobody pays for them who does not read them.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};

use catga::id::{Id, IdError, Ids};
use catga::prelude::*;
use catga::scope::Call;
use catga::time::{Clock, Random};
use futures_util::{Stream, StreamExt as _, stream};

/// 1, 2, 3.
#[derive(Default)]
struct Counted(AtomicU64);

impl Ids for Counted {
    fn next(&self, _: &impl Clock, _: &impl Random) -> Result<Id, IdError> {
        Ok(Id::new(self.0.fetch_add(1, SeqCst) + 1))
    }
}

/// Message, correlation, causation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Seen(Id, Id, Id);

fn seen(cx: &Context<impl Scope>) -> Seen {
    Seen(cx.message_id(), cx.correlation_id(), cx.causation_id())
}

#[command(reply = [Seen; 3])]
struct Outer;

#[command(reply = Seen)]
struct Inner;

#[command(reply = [Seen; 2])]
struct InnerFirst;

#[command]
struct Silent;

#[event]
struct Happened;

#[query(stream = Seen)]
struct Rows;

#[derive(Default)]
struct Looks {
    heard: Mutex<Vec<Seen>>,
}

#[handler]
impl Looks {
    async fn outer(
        &self,
        _cmd: Outer,
        cx: &mut Context<impl Sends<Inner> + Publishes<Happened> + Streams<Rows>>,
    ) -> [Seen; 3] {
        let own = seen(cx);
        assert_eq!(own, seen(cx), "made once");
        let inner = cx.send(Inner).await.unwrap();
        cx.publish(Happened).await.unwrap();
        let row = std::pin::pin!(cx.stream(Rows)).next().await.unwrap().unwrap();
        [own, inner, row]
    }

    /// The nested handler reads ids before this one has.
    async fn inner_first(&self, _cmd: InnerFirst, cx: &mut Context<impl Sends<Inner>>) -> [Seen; 2] {
        let inner = cx.send(Inner).await.unwrap();
        [seen(cx), inner]
    }

    fn inner(&self, _cmd: Inner, cx: &mut Context<impl Scope>) -> Seen {
        seen(cx)
    }

    async fn silent(&self, _cmd: Silent, _cx: &mut Context<impl Scope>) {}

    fn on_happened(&self, _event: &Happened, cx: &mut Context<impl Scope>) {
        self.heard.lock().unwrap().push(seen(cx));
    }

    fn rows(&self, _query: Rows, cx: Context<impl Scope>) -> impl Stream<Item = Seen> {
        stream::once(async move { seen(&cx) })
    }
}

/// Hears what the other set hears.
#[derive(Default)]
struct Ears {
    heard: Mutex<Vec<Seen>>,
}

#[handler]
impl Ears {
    async fn on_happened(&self, _event: &Happened, cx: &mut Context<impl Scope>) {
        self.heard.lock().unwrap().push(seen(cx));
    }
}

#[mediator(ids = self.ids)]
#[pipeline(Validate)]
#[derive(Default)]
struct App {
    ids: Counted,
    looks: Looks,
    ears: Ears,
}

#[tokio::test]
async fn a_message_of_its_own_begins_a_conversation() {
    let app = App::default();
    let own = app.send(Inner).await.unwrap();
    assert_eq!(own, Seen(Id::new(1), Id::new(1), Id::NIL));
    assert_ne!(app.send(Inner).await.unwrap().0, own.0);
}

#[tokio::test]
async fn what_a_handler_sends_belongs_to_its_conversation_and_follows_from_its_message() {
    let app = App::default();
    let [outer, inner, row] = app.send(Outer).await.unwrap();
    assert_eq!((outer.1, outer.2), (outer.0, Id::NIL));
    let heard = app.looks.heard.lock().unwrap().clone();
    for nested in [inner, row, heard[0]] {
        assert_eq!((nested.1, nested.2), (outer.1, outer.0));
        assert_ne!(nested.0, outer.0);
    }
    assert_ne!(inner.0, row.0);
    assert_eq!(heard, *app.ears.heard.lock().unwrap(), "one event, one id, however many hear it");
}

#[tokio::test]
async fn it_does_not_matter_who_reads_first() {
    let app = App::default();
    let [outer, inner] = app.send(InnerFirst).await.unwrap();
    assert_eq!((inner.1, inner.2), (outer.0, outer.0));
    assert_eq!((outer.1, outer.2), (outer.0, Id::NIL));
}

#[tokio::test]
async fn a_caller_says_what_its_message_belongs_to_and_follows_from() {
    let app = App::default();
    let call = Call::new().correlation(Id::new(700)).causation(Id::new(800));
    let own = app.send_with(Inner, call).await.unwrap();
    assert_eq!((own.1, own.2), (Id::new(700), Id::new(800)));
    let [outer, inner, row] = app.send_with(Outer, call).await.unwrap();
    assert_eq!((outer.1, inner.1, row.1), (Id::new(700), Id::new(700), Id::new(700)));
    assert_eq!((outer.2, inner.2, row.2), (Id::new(800), outer.0, outer.0));
    app.publish_with(Happened, call).await.unwrap();
    let heard = app.looks.heard.lock().unwrap();
    assert_eq!(heard.last().map(|seen| (seen.1, seen.2)), Some((Id::new(700), Id::new(800))));
}

#[tokio::test]
async fn no_id_is_made_that_nobody_reads() {
    let app = App::default();
    app.send(Silent).await.unwrap();
    assert_eq!(app.ids.0.load(SeqCst), 0);
    app.send(Inner).await.unwrap();
    assert_eq!(app.ids.0.load(SeqCst), 1, "message and correlation are one");
}

/// A source that has no ids to give.
struct Broken;

impl Ids for Broken {
    fn next(&self, _: &impl Clock, _: &impl Random) -> Result<Id, IdError> {
        Err(IdError::OutOfRange)
    }
}

#[mediator(ids = self.ids)]
struct Idless {
    ids: Broken,
    looks: Looks,
}

#[tokio::test]
async fn a_source_that_fails_fails_no_message() {
    let app = Idless { ids: Broken, looks: Looks::default() };
    assert_eq!(app.send(Inner).await, Ok(Seen(Id::NIL, Id::NIL, Id::NIL)));
}
