//! How full an outbox is, and what it takes then.

use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::time::Duration;

use catga::error::Classify as _;
use catga::prelude::*;
use catga::store::outbox::OutboxLimits;
use catga::store::writer::Inline;
use catga::store::{Durable, ErrorKind, Outbox, Store, StoreOptions};
use catga::testing::VirtualClock;
use catga::testing::simulation::{DiskFaults, SimDisk};
use catga_tests::drive;
use serde::{Deserialize, Serialize};

use crate::bank::{Backing, Main};

const SMALL: Outbox = Outbox::new("small").limits(OutboxLimits { rows: 8, per_claim: 1 });

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

/// As much as a page or two.
#[command]
#[derive(Serialize, Deserialize)]
struct Keep {
    text: String,
}

#[event]
#[derive(Serialize, Deserialize)]
struct Kept {
    text: String,
}

#[derive(Default)]
struct Archive {
    runs: AtomicU32,
    heard: AtomicU32,
    stop: Cancel,
}

#[handler]
impl Archive {
    async fn keep(&self, cmd: Keep, cx: &mut Context<impl Publishes<Kept>>) -> Result<(), Error> {
        self.runs.fetch_add(1, SeqCst);
        cx.publish(Kept { text: cmd.text }).await.map_err(Error::refused)
    }

    fn on_kept(&self, _: &Kept) {
        if self.heard.fetch_add(1, SeqCst) + 1 == self.runs.load(SeqCst) {
            self.stop.cancel();
        }
    }
}

#[mediator(serves, clock = self.clock, timer = self.clock)]
struct Cellar {
    clock: VirtualClock,
    #[pipeline(commands: Transactional(self.db))]
    archive: Archive,
    db: Store<Main>,
}

const DISK: u64 = 12 << 20;

/// On a disk of 12 MiB.
fn cellar(disk_bytes: Option<u64>) -> (Cellar, SimDisk) {
    let (clock, disk) = (VirtualClock::new(), SimDisk::new());
    disk.set(DiskFaults { capacity: Some(DISK), ..DiskFaults::default() });
    (reopened(&disk, &clock, disk_bytes), disk)
}

fn reopened(disk: &SimDisk, clock: &VirtualClock, disk_bytes: Option<u64>) -> Cellar {
    let options = Durable::options().verify(false);
    let options = disk_bytes.map_or(options, |limit| Durable::options().disk_bytes(limit));
    let options = (options.open_on(disk.clone()).unwrap(), StoreOptions::default().writer(Inline).clock(clock.clone()));
    Cellar { archive: Archive::default(), db: Store::with(options.0, options.1).unwrap(), clock: clock.clone() }
}

/// Sends until it is refused, and says with what.
async fn fill(app: &Cellar) -> Error {
    loop {
        if let Err(refused) = app.send(Keep { text: "x".repeat(20_000) }).await {
            return refused;
        }
    }
}

#[tokio::test]
async fn a_limit_of_bytes_stops_the_intake_before_the_disk_is_full() {
    // Without a limit the disk says it, and to the drain as well.
    let (app, _disk) = cellar(None);
    let refused = fill(&app).await;
    assert_eq!(refused.code(), "catga.store.full", "{refused}");

    let limit = DISK / 2;
    let (app, disk) = cellar(Some(limit));
    let refused = fill(&app).await;
    assert_eq!((refused.code(), refused.class()), ("catga.store.overloaded", Class::Transient), "{refused}");
    let said = format!("{:?}", refused);
    assert!(said.contains(&limit.to_string()) && said.contains("disk_bytes"), "{said}");
    let runs = app.archive.runs.load(SeqCst);
    assert!(runs > 50 && u64::from(runs) * 20_000 < limit, "{runs} before the limit");
    assert_eq!(app.db.has_room().unwrap_err().kind(), ErrorKind::Overloaded);
    assert_eq!(fill(&app).await.code(), "catga.store.overloaded");
    assert_eq!(app.archive.runs.load(SeqCst), runs, "before its handler has run");

    // Another process finds the same: what it counts when it opens the file is what was counted on the way.
    let Cellar { db, clock, .. } = app;
    drop(db);
    let app = reopened(&disk, &clock, Some(limit));
    assert_eq!(fill(&app).await.code(), "catga.store.overloaded");
    assert_eq!(app.archive.runs.load(SeqCst), 0);

    // The drain goes on, and then so does the intake; the file has not become smaller for that.
    app.archive.runs.store(runs, SeqCst);
    let relay = Relay::new(&app.db);
    tokio::task::unconstrained(drive(&app.clock, relay.run::<Cellar, _>(&app, &app.archive.stop))).await;
    let stats = relay.stats();
    assert_eq!((stats.delivered, stats.retried, stats.store_errors), (u64::from(runs), 0, 0));
    assert!(disk.len() as u64 >= limit, "{} bytes", disk.len());
    app.db.has_room().unwrap();
    assert_eq!(fill(&app).await.code(), "catga.store.overloaded");
    assert!(app.archive.runs.load(SeqCst) > runs + 50, "again as many");
}
