//! What a handler sends when it runs again: the same messages, which take effect once.

use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::time::Duration;

use catga::delivery::OUTBOX;
use catga::prelude::*;
use catga::store::Store;
use catga::testing::VirtualClock;
use catga_tests::drive;
use serde::{Deserialize, Serialize};

use crate::bank::{ACCOUNTS, Backing, BankError, Main, accounts};

/// The store of the cards.
struct Side;

#[command(critical)]
#[derive(Clone, Serialize, Deserialize)]
struct Charge {
    account: u32,
}

/// Charges twice, which is two charges, and is busy the first so many times after that.
#[command(error = BankError)]
#[derive(Clone, Serialize, Deserialize)]
struct Checkout {
    busy: u32,
}

/// The same, in a transaction.
#[command(error = BankError)]
#[derive(Clone, Serialize, Deserialize)]
struct Order {
    busy: u32,
}

/// The same, under a lock.
#[command(key = busy, error = BankError)]
#[derive(Clone, Serialize, Deserialize)]
struct Locked {
    busy: u32,
}

#[command]
#[derive(Clone, Serialize, Deserialize)]
struct Later {
    busy: u32,
}

#[event]
#[derive(Clone, Serialize, Deserialize)]
struct Due {
    busy: u32,
}

#[derive(Default)]
struct Desk {
    tries: AtomicU32,
}

impl Desk {
    async fn charge(&self, busy: u32, cx: &mut Context<impl Sends<Charge>>) -> Result<(), Error<BankError>> {
        for _ in 0..2 {
            cx.send(Charge { account: 1 }).await.map_err(Error::refused)?;
        }
        if self.tries.fetch_add(1, SeqCst) < busy { Err(BankError::Busy.into()) } else { Ok(()) }
    }
}

#[handler]
impl Desk {
    async fn checkout(&self, cmd: Checkout, cx: &mut Context<impl Sends<Charge>>) -> Result<(), Error<BankError>> {
        self.charge(cmd.busy, cx).await
    }
}

#[derive(Default)]
struct Orders(Desk);

#[handler]
impl Orders {
    async fn order(&self, cmd: Order, cx: &mut Context<impl Sends<Charge>>) -> Result<(), Error<BankError>> {
        self.0.charge(cmd.busy, cx).await
    }

    async fn later(&self, cmd: Later, cx: &mut Context<impl Enqueues<Order>>) -> Result<(), Error> {
        cx.enqueue(Order { busy: cmd.busy }).await.map(drop).map_err(Error::refused)
    }
}

#[derive(Default)]
struct Guarded(Desk);

#[handler]
impl Guarded {
    async fn locked(&self, cmd: Locked, cx: &mut Context<impl Sends<Charge>>) -> Result<(), Error<BankError>> {
        self.0.charge(cmd.busy, cx).await
    }
}

/// There are two of it, and both charge when it is due.
#[derive(Default)]
struct Clerk(Desk);

#[handler]
impl Clerk {
    async fn on_due(&self, event: &Due, cx: &mut Context<impl Sends<Charge>>) -> Result<(), Failure> {
        self.0.charge(event.busy, cx).await.map_err(Failure::from_error)
    }
}

struct Cards;

#[handler]
impl Cards {
    async fn charge(&self, cmd: Charge, cx: &mut Context<impl Within<Side>>) -> Result<(), Error> {
        let times = ACCOUNTS.get(cx.tx(), &cmd.account).await.map_err(Error::refused)?.unwrap_or(0);
        ACCOUNTS.put(cx.tx(), &cmd.account, &(times + 1)).map_err(Error::refused)
    }
}

#[mediator(serves, clock = self.clock, timer = self.clock)]
struct Shop {
    clock: VirtualClock,
    #[pipeline(Retry::times(5))]
    desk: Desk,
    #[pipeline(commands: Retry::times(5), commands: Transactional(self.db))]
    orders: Orders,
    #[pipeline(commands: Retry::times(5), commands: Lock(self.db))]
    guarded: Guarded,
    #[pipeline(Retry::times(5))]
    one: Clerk,
    #[pipeline(Retry::times(5))]
    other: Clerk,
    #[pipeline(commands: Idempotent(self.side))]
    cards: Cards,
    db: Store<Main>,
    side: Store<Side>,
}

fn shop(on: &Backing) -> Shop {
    let clock = VirtualClock::new();
    let side = if matches!(on, Backing::Memory) { Backing::Memory } else { Backing::file() };
    let (db, side) = (on.simulated(&clock), side.simulated(&clock));
    let (desk, orders, guarded) = (Desk::default(), Orders::default(), Guarded::default());
    Shop { clock, desk, orders, guarded, one: Clerk::default(), other: Clerk::default(), cards: Cards, db, side }
}

on_every_engine! {
    a_handler_that_runs_again_charges_once
    so_does_one_in_a_transaction
    so_does_one_under_a_lock
    so_do_two_handlers_of_an_event_each
    so_does_one_that_a_relay_delivers_to_again
    another_message_is_another
}

async fn a_handler_that_runs_again_charges_once(on: Backing) {
    let app = shop(&on);
    drive(&app.clock, app.send(Checkout { busy: 3 })).await.0.unwrap();
    assert_eq!((app.desk.tries.load(SeqCst), accounts(&app.side).await), (4, vec![(1, 2)]));
}

async fn so_does_one_in_a_transaction(on: Backing) {
    let app = shop(&on);
    drive(&app.clock, app.send(Order { busy: 3 })).await.0.unwrap();
    assert_eq!((app.orders.0.tries.load(SeqCst), accounts(&app.side).await), (4, vec![(1, 2)]));
}

async fn so_does_one_under_a_lock(on: Backing) {
    let app = shop(&on);
    drive(&app.clock, app.send(Locked { busy: 3 })).await.0.unwrap();
    assert_eq!((app.guarded.0.tries.load(SeqCst), accounts(&app.side).await), (4, vec![(1, 2)]));
}

async fn so_do_two_handlers_of_an_event_each(on: Backing) {
    let app = shop(&on);
    drive(&app.clock, app.publish(Due { busy: 2 })).await.0.unwrap();
    assert_eq!((app.one.0.tries.load(SeqCst), app.other.0.tries.load(SeqCst)), (3, 3));
    assert_eq!(accounts(&app.side).await, [(1, 4)], "two charges each");
}

async fn so_does_one_that_a_relay_delivers_to_again(on: Backing) {
    let app = shop(&on);
    // More often than it is tried again by itself.
    drive(&app.clock, async {
        app.send(Later { busy: 14 }).await.unwrap();
        let (relay, stop) = (Relay::new(&app.db), Cancel::new());
        let drained = async {
            while OUTBOX.backlog(&app.db).unwrap() > 0 {
                app.clock.sleep(Duration::from_secs(1)).await;
            }
            stop.cancel();
        };
        tokio::join!(relay.run::<Shop, _>(&app, &stop), drained);
        assert!(relay.stats().retried >= 2);
    })
    .await;
    assert_eq!((app.orders.0.tries.load(SeqCst), accounts(&app.side).await), (15, vec![(1, 2)]));
}

async fn another_message_is_another(on: Backing) {
    let app = shop(&on);
    for _ in 0..3 {
        drive(&app.clock, app.send(Checkout { busy: 0 })).await.0.unwrap();
    }
    assert_eq!(accounts(&app.side).await, [(1, 6)]);
}
