//! Events of one handler, in and out of a transaction.

use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};

use catga::prelude::*;
use catga::scope::Call;
use catga::testing::{Recorder, Stub, VirtualClock};
use catga::time::{Cancel, Instant, NoRandom};
use catga_tests::{Mark, Trouble, drive, marks, poll_once};
use futures_util::FutureExt as _;
use tokio::sync::Notify;

use crate::store::{Db, Transactional};

#[derive(Clone, Copy, Debug)]
enum Then {
    Answer,
    Fail(Trouble),
    Panic,
    Wait,
    /// Panics when it is polled again.
    WaitAndPanic,
    /// Fails the first so many times.
    Recover(u32),
}

#[command(reply = u64, error = Trouble)]
#[derive(Clone)]
struct Place(u64, Then);

#[command(reply = u64)]
#[derive(Debug)]
struct Charge(u64);

#[query(reply = Option<Instant>)]
struct Deadline;

#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
struct Placed(u64);

#[derive(Default)]
struct Orders {
    tries: AtomicU32,
    go_on: Notify,
}

/// This text knows nothing of transactions.
#[handler]
#[pipeline(Mark("impl"), Validate)]
impl Orders {
    async fn place(
        &self,
        cmd: Place,
        cx: &mut Context<impl Sends<Charge> + Publishes<Placed>>,
    ) -> Result<u64, Trouble> {
        let tries = self.tries.fetch_add(1, SeqCst) + 1;
        let paid = cx.send(Charge(cmd.0)).await.map_err(|_| Trouble::Lost)?;
        cx.publish(Placed(cmd.0)).await.map_err(|_| Trouble::Stale)?;
        match cmd.1 {
            Then::Answer => {}
            Then::Fail(trouble) => return Err(trouble),
            Then::Panic => panic!("after the event"),
            Then::Wait => self.go_on.notified().await,
            Then::WaitAndPanic => {
                self.go_on.notified().await;
                panic!("between two events");
            }
            Then::Recover(after) if tries <= after => return Err(Trouble::Busy),
            Then::Recover(_) => {}
        }
        cx.publish(Placed(cmd.0 + 1)).await.map_err(|_| Trouble::Stale)?;
        Ok(paid)
    }

    fn deadline(&self, _query: Deadline, cx: &mut Context<impl Scope>) -> Option<Instant> {
        cx.deadline()
    }
}

/// Its events go to handlers, now.
#[mediator]
struct Direct {
    orders: Orders,
    payments: Stub<Charge>,
    heard: Recorder<Placed>,
}

/// Its events go to the store.
#[mediator(clock = self.clock, timer = self.clock, random = self.random)]
#[pipeline(
    Timeout::secs(60),
    commands: Retry::times(3),
    commands: Transactional(self.db),
    Mark("inside"),
    Timeout::secs(5),
)]
struct Stored {
    clock: VirtualClock,
    random: NoRandom,
    db: Arc<Db>,
    orders: Orders,
    #[pipeline(without(Transactional), without(Retry))]
    payments: Stub<Charge>,
    heard: Recorder<Placed>,
}

fn stored() -> Stored {
    Stored {
        clock: VirtualClock::new(),
        random: NoRandom,
        db: Arc::default(),
        orders: Orders::default(),
        payments: Stub::new(|charge: &Charge| Ok(charge.0 * 10)),
        heard: Recorder::new(),
    }
}

impl Stored {
    fn is_untouched(&self) -> bool {
        self.db.outbox().is_empty() && self.heard.received().is_empty()
    }
}

#[tokio::test]
async fn outside_of_a_transaction_events_go_to_handlers() {
    let payments = Stub::new(|charge: &Charge| Ok(charge.0 * 10));
    let app = Direct { orders: Orders::default(), payments, heard: Recorder::new() };
    assert_eq!(app.send(Place(4, Then::Answer)).await, Ok(40));
    assert_eq!(app.heard.received(), [Placed(4), Placed(5)]);
    assert_eq!(app.send(Place(4, Then::Fail(Trouble::Wrong))).await, Err(Error::Handler(Trouble::Wrong)));
    assert_eq!(app.heard.received(), [Placed(4)], "what was told was told");
}

#[tokio::test]
async fn inside_of_one_they_go_to_the_store_when_it_commits() {
    let app = stored();
    assert_eq!(app.send(Place(4, Then::Answer)).await, Ok(40));
    assert_eq!(app.db.outbox(), ["Placed(4)", "Placed(5)"]);
    assert!(app.heard.received().is_empty(), "delivered later, from the store");
    assert_eq!(marks(), ["inside", "impl", "inside", "/inside", "/impl", "/inside"]);
}

#[tokio::test]
async fn an_error_stores_nothing() {
    let app = stored();
    assert_eq!(app.send(Place(4, Then::Fail(Trouble::Wrong))).await, Err(Error::Handler(Trouble::Wrong)));
    assert!(app.is_untouched());
    assert_eq!((app.db.begun(), app.payments.received().len()), (1, 1), "a send is a call, and was made");
}

#[tokio::test]
async fn a_panic_stores_nothing() {
    let app = stored();
    assert!(AssertUnwindSafe(app.send(Place(4, Then::Panic))).catch_unwind().await.is_err());
    assert!(app.is_untouched());
}

#[tokio::test]
async fn a_call_that_is_dropped_before_the_commit_stores_nothing() {
    let app = stored();
    {
        let mut send = pin!(app.send(Place(4, Then::Wait)));
        assert!(poll_once(&mut send).await.is_pending());
        app.orders.go_on.notify_one();
    }
    assert!(app.is_untouched());
    assert_eq!(app.db.begun(), 1);
}

/// It has begun a transaction, sent a command and published an event, and waits.
#[tokio::test]
async fn a_call_that_is_cancelled_in_the_middle_of_its_handler_stores_nothing() {
    let (app, cancel) = (stored(), Cancel::new());
    let mut send = pin!(app.send_with(Place(4, Then::Wait), Call::new().cancel(&cancel)));
    assert!(poll_once(&mut send).await.is_pending());
    assert_eq!((app.db.begun(), app.payments.received().len()), (1, 1));
    cancel.cancel();
    app.orders.go_on.notify_one();
    assert_eq!(send.await, Err(Error::Cancelled), "the handler came to its end, and the commit had not begun");
    assert!(app.is_untouched());
    assert_eq!(app.db.begun(), 1, "and it is not repeated");
    assert_eq!(app.send(Place(4, Then::Answer)).await, Ok(40), "the next call commits");
    assert_eq!(app.db.outbox(), ["Placed(4)", "Placed(5)"]);
}

#[tokio::test]
async fn a_panic_in_the_middle_of_a_handler_stores_nothing() {
    let app = stored();
    {
        let mut send = pin!(AssertUnwindSafe(app.send(Place(4, Then::WaitAndPanic))).catch_unwind());
        assert!(poll_once(&mut send).await.is_pending());
        assert_eq!((app.db.begun(), app.payments.received().len()), (1, 1));
        app.orders.go_on.notify_one();
        assert!(send.await.is_err());
    }
    assert!(app.is_untouched());
    assert_eq!(app.send(Place(4, Then::Answer)).await, Ok(40), "the next call commits");
    assert_eq!(app.db.outbox(), ["Placed(4)", "Placed(5)"]);
}

#[tokio::test]
async fn a_timeout_inside_stores_nothing() {
    let app = stored();
    assert_eq!(drive(&app.clock, app.send(Place(4, Then::Wait))).await.0, Err(Error::Timeout));
    assert!(app.is_untouched());
    assert_eq!(app.db.begun(), 1, "and a command whose end is unknown is not repeated");
}

#[tokio::test]
async fn a_retry_outside_begins_anew() {
    let app = stored();
    assert_eq!(drive(&app.clock, app.send(Place(4, Then::Recover(2)))).await.0, Ok(40));
    assert_eq!(app.db.begun(), 3);
    assert_eq!(app.db.outbox(), ["Placed(4)", "Placed(5)"], "of the transaction that was committed alone");
}

#[tokio::test]
async fn other_kinds_pass() {
    let app = stored();
    app.publish(Placed(1)).await.unwrap();
    assert_eq!(app.heard.received(), [Placed(1)]);
    assert!(app.send(Deadline).await.unwrap().is_some());
    assert_eq!(app.send(Charge(1)).await, Ok(10));
    assert_eq!(app.db.begun(), 0);
}

#[tokio::test]
async fn a_cancelled_call_begins_nothing() {
    let app = stored();
    let cancel = Cancel::new();
    cancel.cancel();
    assert_eq!(app.send_with(Place(4, Then::Answer), Call::new().cancel(&cancel)).await, Err(Error::Cancelled));
    assert_eq!(app.db.begun(), 0);
}
