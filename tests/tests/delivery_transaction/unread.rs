//! Replies that were recorded and that this program cannot read, where a relay delivers the command once more.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::time::Duration;

use catga::delivery::{DEAD, OUTBOX, Records};
use catga::prelude::*;
use catga::store::{Idempotency, Recorded, Store};
use catga::testing::VirtualClock;
use catga_tests::drive;
use serde::{Deserialize, Serialize};

use crate::bank::{ACCOUNTS, Backing, BankError, Main, accounts};

/// The store of the cards.
struct Side;

/// Enqueues one of the two, and answers with its id.
#[command(reply = u64)]
#[derive(Serialize, Deserialize)]
enum Put {
    Charge,
    Checkout,
}

#[command(reply = i64, critical)]
#[derive(Clone, Serialize, Deserialize)]
struct Charge {
    cents: i64,
}

/// Charges, and is busy after that the first time.
#[command(error = BankError)]
#[derive(Clone, Serialize, Deserialize)]
struct Checkout;

struct Orders;

#[handler]
impl Orders {
    async fn put(&self, cmd: Put, cx: &mut Context<impl Enqueues<Charge> + Enqueues<Checkout>>) -> Result<u64, Error> {
        let put = match cmd {
            Put::Charge => cx.enqueue(Charge { cents: 5 }).await,
            Put::Checkout => cx.enqueue(Checkout).await,
        };
        put.map(|id| id.get()).map_err(Error::refused)
    }
}

#[derive(Default)]
struct Desk {
    runs: AtomicU32,
}

#[handler]
impl Desk {
    async fn checkout(&self, _: Checkout, cx: &mut Context<impl Sends<Charge>>) -> Result<(), Error<BankError>> {
        cx.send(Charge { cents: 5 }).await.map_err(Error::refused)?;
        if self.runs.fetch_add(1, SeqCst) == 0 { Err(BankError::Busy.into()) } else { Ok(()) }
    }
}

#[derive(Default)]
struct Cards {
    charged: Mutex<Vec<u64>>,
}

#[handler]
impl Cards {
    async fn charge(&self, cmd: Charge, cx: &mut Context<impl Within<Side>>) -> Result<i64, Error> {
        self.charged.lock().unwrap().push(cx.message_id().get());
        ACCOUNTS.put(cx.tx(), &1, &cmd.cents).map_err(Error::refused)?;
        Ok(cmd.cents)
    }
}

#[mediator(serves, clock = self.clock, timer = self.clock)]
struct Shop {
    clock: VirtualClock,
    #[pipeline(commands: Transactional(self.db))]
    orders: Orders,
    desk: Desk,
    #[pipeline(commands: Idempotent(self.side))]
    cards: Cards,
    db: Store<Main>,
    side: Store<Side>,
}

fn shop(on: &Backing) -> Shop {
    let clock = VirtualClock::new();
    let side = if matches!(on, Backing::Memory) { Backing::Memory } else { Backing::file() };
    let (db, side) = (on.simulated(&clock), side.simulated(&clock));
    Shop { clock, orders: Orders, desk: Desk::default(), cards: Cards::default(), db, side }
}

impl Shop {
    /// Another program has recorded a reply of it.
    async fn recorded(&self, id: u64) {
        let number = <Self as Records<Charge>>::fingerprint(&Charge { cents: 5 }).unwrap();
        let key = [&[0][..], &id.to_be_bytes()].concat();
        let mut tx = self.side.begin().unwrap();
        let reply = Recorded { codec: "an old one".into(), schema: 0, reply: vec![1] };
        Idempotency::new("Charge").record(&mut tx, &key, number, reply).unwrap();
        tx.commit().await.unwrap();
    }

    async fn relay(&self, meanwhile: impl AsyncFnOnce()) -> catga::delivery::RelayStats {
        let (relay, stop) = (Relay::new(&self.db), Cancel::new());
        let drained = async {
            meanwhile().await;
            while OUTBOX.backlog(&self.db).unwrap() > 0 {
                self.clock.sleep(Duration::from_secs(1)).await;
            }
            stop.cancel();
        };
        tokio::join!(relay.run::<Self, _>(self, &stop), drained).0
    }
}

on_every_engine! {
    what_was_done_is_done
    what_follows_from_it_is_not
}

async fn what_was_done_is_done(on: Backing) {
    let app = shop(&on);
    let (stats, _) = drive(&app.clock, async {
        let id = app.send(Put::Charge).await.unwrap();
        app.recorded(id).await;
        app.relay(async || {}).await
    })
    .await;
    assert_eq!((stats.delivered, stats.given_up, stats.retried), (1, 0, 0));
    assert!(app.cards.charged.lock().unwrap().is_empty(), "and it is not done again");
}

/// What a handler is told of a command that it sends is its own to judge.
async fn what_follows_from_it_is_not(on: Backing) {
    let app = shop(&on);
    let (stats, _) = drive(&app.clock, async {
        app.send(Put::Checkout).await.unwrap();
        app.relay(async || {
            while app.desk.runs.load(SeqCst) == 0 {
                app.clock.sleep(Duration::from_millis(1)).await;
            }
            let id = app.cards.charged.lock().unwrap()[0];
            app.recorded(id).await;
        })
        .await
    })
    .await;
    assert_eq!((stats.delivered, stats.given_up, stats.retried), (0, 1, 1));
    let letters = DEAD.list(&app.db, None, 9).unwrap();
    assert_eq!(letters[0].1.errors[0], "catga.delivery.recorded_reply");
    let charged = app.cards.charged.lock().unwrap().len();
    assert_eq!((charged, accounts(&app.side).await), (1, vec![(1, 5)]));
}
