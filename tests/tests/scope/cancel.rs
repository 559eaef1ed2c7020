//! A caller cancels: what is not reached yet is refused, what waits for it hears of it.

use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::task::Poll;

use catga::prelude::*;
use catga::scope::Call;
use catga::time::Cancel;
use catga_tests::poll_once;
use futures_util::{Stream, StreamExt as _, stream};
use std::pin::pin;
use tokio::sync::Notify;

#[command(reply = u32)]
struct Work;

#[command(reply = bool)]
struct Outer;

#[command(reply = bool)]
struct Waits;

#[query(stream = u32)]
struct List;

#[event]
struct Done;

#[derive(Default)]
struct Worker {
    ran: AtomicU32,
    reached: Notify,
    go_on: Notify,
}

#[handler]
impl Worker {
    fn work(&self, _cmd: Work, cx: &mut Context<impl Scope>) -> u32 {
        assert!(!cx.is_cancelled());
        self.ran.fetch_add(1, SeqCst) + 1
    }

    /// Stops in the middle, and finds out whether it may still send.
    async fn outer(&self, _cmd: Outer, cx: &mut Context<impl Sends<Work> + Publishes<Done> + Streams<List>>) -> bool {
        assert!(!cx.is_cancelled());
        self.reached.notify_one();
        self.go_on.notified().await;
        let sent = matches!(cx.send(Work).await, Err(Error::Cancelled));
        let told = cx
            .publish(Done)
            .await
            .is_err_and(|error| error.failed() == 1 && matches!(error.failures()[0].error, Error::Cancelled));
        let rows = matches!(pin!(cx.stream(List)).next().await, Some(Err(Error::Cancelled)));
        cx.is_cancelled() && sent && told && rows
    }

    async fn waits(&self, _cmd: Waits, cx: &mut Context<impl Scope>) -> bool {
        match cx.cancel() {
            Some(cancel) => cancel.cancelled().await,
            None => return false,
        }
        true
    }

    fn list(&self, _query: List) -> impl Stream<Item = u32> {
        self.ran.fetch_add(1, SeqCst);
        stream::iter([1])
    }

    fn on_done(&self, _event: &Done) {
        self.ran.fetch_add(1, SeqCst);
    }
}

#[mediator]
#[derive(Default)]
struct App {
    worker: Worker,
}

#[tokio::test]
async fn a_call_that_is_cancelled_before_it_begins_reaches_nobody() {
    let app = App::default();
    let cancel = Cancel::new();
    cancel.cancel();
    let call = Call::new().cancel(&cancel);
    assert_eq!(app.send_with(Work, call).await, Err(Error::Cancelled));
    let told = app.publish_with(Done, call).await.unwrap_err();
    assert!(matches!(told.failures()[0].error, Error::Cancelled));
    let rows: Vec<_> = app.stream_with(List, call).collect().await;
    assert_eq!(rows, [Err(Error::Cancelled)]);
    assert_eq!(app.worker.ran.load(SeqCst), 0);
}

#[tokio::test]
async fn a_call_that_nobody_cancels_is_as_any_other() {
    let app = App::default();
    let cancel = Cancel::new();
    let call = Call::new().cancel(&cancel);
    assert_eq!(app.send_with(Work, call).await, Ok(1));
    app.publish_with(Done, call).await.unwrap();
    assert_eq!(app.stream_with(List, call).count().await, 1);
    assert_eq!(app.send(Waits).await, Ok(false), "a plain send has nobody who cancels it");
}

#[tokio::test]
async fn a_cancellation_reaches_what_the_handler_sends_from_then_on() {
    let app = App::default();
    let cancel = Cancel::new();
    let outer = app.send_with(Outer, Call::new().cancel(&cancel));
    let caller = async {
        app.worker.reached.notified().await;
        cancel.cancel();
        app.worker.go_on.notify_one();
    };
    let (outcome, ()) = tokio::join!(outer, caller);
    assert_eq!(outcome, Ok(true));
    assert_eq!(app.worker.ran.load(SeqCst), 0);
}

#[tokio::test]
async fn a_handler_may_wait_for_it() {
    let app = App::default();
    let cancel = Cancel::new();
    let mut waits = pin!(app.send_with(Waits, Call::new().cancel(&cancel)));
    assert!(poll_once(&mut waits).await.is_pending());
    cancel.cancel();
    assert_eq!(poll_once(&mut waits).await, Poll::Ready(Ok(true)));
}
