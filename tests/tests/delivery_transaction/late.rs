//! A relay that stood still, and goes on when another has its key.

use std::future::Future as _;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::task::{Context as Poller, Waker};
use std::time::Duration;

use catga::delivery::OUTBOX;
use catga::prelude::*;
use catga::store::Store;
use catga::testing::VirtualClock;
use catga_tests::drive;
use serde::{Deserialize, Serialize};
use tokio::sync::Notify;

use crate::bank::{ACCOUNTS, Backing, Main, accounts};

/// Lets the first event that comes wait, until it is opened.
#[derive(Default)]
struct Gate {
    came: AtomicU32,
    open: Notify,
}

impl<M: Message, S: Dispatched> Behavior<M, S> for Gate {
    async fn around<N: Next<M, S>>(&self, input: M::In<'_>, cx: &mut Context<S>, next: N) -> Outcome<M> {
        if self.came.fetch_add(1, SeqCst) == 0 {
            self.open.notified().await;
        }
        next.run(input, cx).await
    }
}

#[command]
#[derive(Serialize, Deserialize)]
struct Place;

#[event]
#[derive(Serialize, Deserialize)]
struct Placed;

struct Books {
    stop: Cancel,
}

#[handler]
impl Books {
    async fn place(&self, _: Place, cx: &mut Context<impl Publishes<Placed>>) -> Result<(), Error> {
        cx.publish(Placed).await.map_err(Error::refused)
    }

    async fn on_placed(&self, _: &Placed, cx: &mut Context<impl Within<Main>>) -> Result<(), Failure> {
        let sum = ACCOUNTS.get(cx.tx(), &1).await.map_err(Failure::from_error)?.unwrap_or(0);
        ACCOUNTS.put(cx.tx(), &1, &(sum + 1)).map_err(Failure::from_error)?;
        self.stop.cancel();
        Ok(())
    }
}

#[mediator(serves, clock = self.clock, timer = self.clock)]
struct Shop {
    clock: VirtualClock,
    #[pipeline(commands: Transactional(self.db), events: self.gate, events: Transactional(self.db))]
    books: Books,
    gate: Gate,
    db: Store<Main>,
}

on_every_engine! {
    what_a_handler_does_for_a_relay_without_its_key_is_not_done
}

/// It had read that nobody has done the event yet, and that is true again where the other has delivered it: the
/// record of who has done it is gone with the event.
async fn what_a_handler_does_for_a_relay_without_its_key_is_not_done(on: Backing) {
    let clock = VirtualClock::new();
    let books = Books { stop: Cancel::new() };
    let app = Shop { books, gate: Gate::default(), db: on.simulated(&clock), clock };
    app.send(Place).await.unwrap();

    let (late, stop) = (Relay::new(&app.db), Cancel::new());
    let mut late_run = Box::pin(late.run::<Shop, _>(&app, &stop));
    let mut poller = Poller::from_waker(Waker::noop());
    while app.gate.came.load(SeqCst) == 0 {
        assert!(late_run.as_mut().poll(&mut poller).is_pending());
    }
    // Its process stands still for longer than its lease.
    app.clock.advance(Duration::from_secs(31));
    let other = Relay::new(&app.db);
    tokio::task::unconstrained(drive(&app.clock, other.run::<Shop, _>(&app, &app.books.stop))).await;
    assert_eq!((other.stats().delivered, OUTBOX.backlog(&app.db).unwrap()), (1, 0));
    assert_eq!(accounts(&app.db).await, [(1, 1)]);

    app.gate.open.notify_one();
    stop.cancel();
    tokio::task::unconstrained(drive(&app.clock, late_run)).await;
    assert_eq!((late.stats().delivered, late.stats().lost), (0, 1));
    assert_eq!(accounts(&app.db).await, [(1, 1)], "the effect is there once");
    assert_eq!(OUTBOX.backlog(&app.db).unwrap(), 0);
}
