//! Nothing runs before the first poll, whatever the method's shape and whatever sends it.

use std::sync::atomic::{AtomicU32, Ordering::SeqCst};

use catga::prelude::*;
use futures_util::{Stream, StreamExt as _, stream};

#[command(reply = u32)]
struct Now;

#[command(reply = u32)]
struct Later;

#[query(stream = u32)]
struct Rows;

#[event]
struct Happened;

#[derive(Default)]
struct Counts {
    ran: AtomicU32,
}

#[handler]
impl Counts {
    fn now(&self, _cmd: Now) -> u32 {
        self.ran.fetch_add(1, SeqCst) + 1
    }

    async fn later(&self, _cmd: Later) -> u32 {
        self.ran.fetch_add(1, SeqCst) + 1
    }

    fn rows(&self, _query: Rows) -> impl Stream<Item = u32> {
        self.ran.fetch_add(1, SeqCst);
        stream::iter([1, 2])
    }

    fn on_happened(&self, _event: &Happened) {
        self.ran.fetch_add(1, SeqCst);
    }
}

#[mediator]
#[derive(Default)]
struct Bare {
    counts: Counts,
}

#[mediator]
#[pipeline(Trace, Validate, Timeout::secs(1))]
#[derive(Default)]
struct Piped {
    counts: Counts,
}

/// Everything is made, and only then run.
async fn is_lazy<A>(app: &A, counts: &Counts)
where
    A: Handles<Now> + Handles<Later> + Hears<Happened> + Yields<Rows>,
{
    let now = app.send(Now);
    let later = app.send(Later);
    let published = app.publish(Happened);
    let rows = app.stream(Rows);
    let all = app.send_all([Now, Now], 2);
    assert_eq!(counts.ran.load(SeqCst), 0, "made, not run");
    assert_eq!(now.await, Ok(1));
    assert_eq!(later.await, Ok(2));
    published.await.unwrap();
    assert_eq!(rows.count().await, 2);
    assert_eq!(counts.ran.load(SeqCst), 4);
    assert_eq!(all.count().await, 2);
    assert_eq!(counts.ran.load(SeqCst), 6);
}

#[tokio::test]
async fn without_a_pipeline() {
    let app = Bare::default();
    is_lazy(&app, &app.counts).await;
}

#[tokio::test]
async fn inside_of_a_pipeline() {
    let app = Piped::default();
    is_lazy(&app, &app.counts).await;
}

#[tokio::test]
async fn what_is_dropped_unpolled_never_ran() {
    let app = Piped::default();
    drop(app.send(Now));
    drop(app.publish(Happened));
    drop(app.stream(Rows));
    drop(app.send_all([Now], 1));
    assert_eq!(app.counts.ran.load(SeqCst), 0);
}
