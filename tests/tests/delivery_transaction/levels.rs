//! A full outbox, and what it takes then.

use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::time::Duration;

use catga::error::Classify as _;
use catga::prelude::*;
use catga::store::outbox::OutboxLimits;
use catga::store::{Outbox, Store};
use catga::testing::VirtualClock;
use catga_tests::drive;
use serde::{Deserialize, Serialize};

use crate::bank::{Backing, Main};

const SMALL: Outbox = Outbox::new("small").limits(OutboxLimits { rows: 8, ..OutboxLimits::DEFAULT });

/// Tells of itself.
#[command]
#[derive(Serialize, Deserialize)]
struct Place {
    number: u32,
}

#[event(key = number)]
#[derive(Serialize, Deserialize)]
struct Placed {
    number: u32,
}

#[event(key = number)]
#[derive(Serialize, Deserialize)]
struct Billed {
    number: u32,
}

#[derive(Default)]
struct Orders {
    runs: AtomicU32,
}

#[handler]
impl Orders {
    async fn place(&self, cmd: Place, cx: &mut Context<impl Publishes<Placed>>) -> Result<(), Error> {
        self.runs.fetch_add(1, SeqCst);
        cx.publish(Placed { number: cmd.number }).await.map_err(Error::refused)
    }

    async fn bill(&self, event: &Placed, cx: &mut Context<impl Publishes<Billed>>) -> Result<(), Failure> {
        cx.publish(Billed { number: event.number }).await.map_err(Failure::from_error)
    }
}

struct Mail {
    billed: AtomicU32,
    most: u32,
    stop: Cancel,
}

#[handler]
impl Mail {
    fn on_billed(&self, _: &Billed) {
        if self.billed.fetch_add(1, SeqCst) + 1 == self.most {
            self.stop.cancel();
        }
    }
}

#[mediator(serves, clock = self.clock, timer = self.clock)]
struct Shop {
    clock: VirtualClock,
    #[pipeline(commands: Transactional(self.db).outbox(SMALL), events: Transactional(self.db).outbox(SMALL))]
    orders: Orders,
    mail: Mail,
    db: Store<Main>,
}

fn shop(on: &Backing, most: u32) -> Shop {
    let clock = VirtualClock::new();
    let mail = Mail { billed: AtomicU32::new(0), most, stop: Cancel::new() };
    Shop { orders: Orders::default(), mail, db: on.simulated(&clock), clock }
}

on_every_engine! {
    a_full_outbox_stops_the_intake_and_not_the_drain
}

async fn a_full_outbox_stops_the_intake_and_not_the_drain(on: Backing) {
    let app = shop(&on, 9);
    for number in 0..8 {
        app.send(Place { number }).await.unwrap();
    }
    for _ in 0..2 {
        let refused = app.send(Place { number: 8 }).await.unwrap_err();
        assert_eq!((refused.code(), refused.class()), ("catga.store.overloaded", Class::Transient));
    }
    assert_eq!((app.orders.runs.load(SeqCst), SMALL.backlog(&app.db).unwrap()), (8, 8), "before its handler has run");
    // Each that is delivered writes one more before it is gone: there is a reserve for that.
    let relay = Relay::new(&app.db).outbox(SMALL).concurrency(1);
    let intake = async {
        loop {
            match app.send(Place { number: 8 }).await {
                Err(refused) => assert_eq!(refused.code(), "catga.store.overloaded"),
                Ok(()) => return,
            }
            app.clock.sleep(Duration::from_millis(10)).await;
        }
    };
    let both = async { tokio::join!(relay.run::<Shop, _>(&app, &app.mail.stop), intake) };
    tokio::task::unconstrained(drive(&app.clock, both)).await;
    assert_eq!((app.mail.billed.load(SeqCst), SMALL.backlog(&app.db).unwrap()), (9, 0));
    assert_eq!(relay.stats().retried, 0, "the reserve is for one at a time");
}
