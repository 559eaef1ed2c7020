//! A file that has all the bytes that it may have, and what it takes then.

use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::time::Duration;

use catga::delivery::{DEAD, OUTBOX};
use catga::error::Classify as _;
use catga::id::Id;
use catga::prelude::*;
use catga::store::writer::Inline;
use catga::store::{Durable, ErrorKind, Store, StoreOptions};
use catga::testing::VirtualClock;
use catga::testing::simulation::{DiskFaults, SimDisk};
use catga_tests::drive;
use serde::{Deserialize, Serialize};

use crate::bank::{ACCOUNTS, BankError, Main, accounts};

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

/// Writes a letter, and bills it. A bad one is not to be filed.
#[command]
#[derive(Serialize, Deserialize)]
struct Write {
    number: u32,
    text: String,
}

#[event]
#[derive(Serialize, Deserialize)]
struct Written {
    number: u32,
    text: String,
}

#[event]
#[derive(Serialize, Deserialize)]
struct Filed {
    text: String,
}

#[command(critical)]
#[derive(Clone, Serialize, Deserialize)]
struct Bill {
    number: u32,
}

#[derive(Default)]
struct Letters {
    written: AtomicU32,
    filed: AtomicU32,
}

#[handler]
impl Letters {
    async fn write(&self, cmd: Write, cx: &mut Context<impl Publishes<Written> + Enqueues<Bill>>) -> Result<(), Error> {
        self.written.fetch_add(1, SeqCst);
        cx.enqueue(Bill { number: cmd.number }).await.map_err(Error::refused)?;
        cx.publish(Written { number: cmd.number, text: cmd.text }).await.map_err(Error::refused)
    }

    /// It writes as much as it is relieved of.
    async fn on_written(&self, event: &Written, cx: &mut Context<impl Publishes<Filed>>) -> Result<(), Failure> {
        if event.number.is_multiple_of(10) {
            return Err(Failure::from_error(BankError::Declined));
        }
        cx.publish(Filed { text: event.text.clone() }).await.map_err(Failure::from_error)
    }

    fn on_filed(&self, _: &Filed) {
        self.filed.fetch_add(1, SeqCst);
    }
}

struct Till;

#[handler]
impl Till {
    async fn bill(&self, cmd: Bill, cx: &mut Context<impl Within<Main>>) -> Result<(), Error> {
        let times = ACCOUNTS.get(cx.tx(), &cmd.number).await.map_err(Error::refused)?.unwrap_or(0);
        ACCOUNTS.put(cx.tx(), &cmd.number, &(times + 1)).map_err(Error::refused)
    }
}

#[mediator(serves, clock = self.clock, timer = self.clock)]
struct Bureau {
    clock: VirtualClock,
    #[pipeline(commands: Transactional(self.db), events: Transactional(self.db))]
    letters: Letters,
    #[pipeline(commands: Idempotent(self.db))]
    till: Till,
    db: Store<Main>,
}

fn bureau(file: &Path, limit: u64) -> Bureau {
    let clock = VirtualClock::new();
    let options = StoreOptions::default().writer(Inline).clock(clock.clone());
    let db = Store::with(Durable::options().disk_bytes(limit).open(file).unwrap(), options).unwrap();
    Bureau { letters: Letters::default(), till: Till, db, clock }
}

impl Bureau {
    /// Writes letters until one is refused, and says with what.
    async fn fill(&self) -> Error {
        loop {
            let number = self.letters.written.load(SeqCst) + 1;
            if let Err(refused) = self.send(Write { number, text: "x".repeat(20_000) }).await {
                return refused;
            }
        }
    }
}

#[tokio::test]
async fn what_drains_a_full_file_writes_in_turn() {
    const LIMIT: u64 = 4 << 20;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.store");
    let app = bureau(&file, LIMIT);
    let call = |id| Call::new().id(Id::new(id));
    app.send_with(Bill { number: 900 }, call(7)).await.unwrap();
    assert_eq!(app.fill().await.code(), "catga.store.overloaded");
    let size = || std::fs::metadata(&file).unwrap().len();
    assert!(size() >= LIMIT);
    assert_eq!(app.db.has_room().unwrap_err().kind(), ErrorKind::Overloaded);

    // A request that is refused leaves nothing of itself, and one that was answered is answered again.
    let before = app.db.stats().committed;
    let refused = app.send_with(Bill { number: 901 }, call(8)).await.unwrap_err();
    assert_eq!((refused.code(), refused.class()), ("catga.store.overloaded", Class::Transient));
    app.send_with(Bill { number: 900 }, call(7)).await.unwrap();
    assert_eq!(app.db.stats().committed, before, "nothing was written");

    // Events that are published in turn, dead letters, acknowledgements, claims and replies.
    let written = app.letters.written.load(SeqCst);
    let dead = written / 10;
    let (relay, stop) = (Relay::new(&app.db).concurrency(8), Cancel::new());
    let drained = async {
        while OUTBOX.backlog(&app.db).unwrap() > 0 {
            app.clock.sleep(Duration::from_millis(100)).await;
        }
        stop.cancel();
    };
    let both = async { tokio::join!(relay.run::<Bureau, _>(&app, &stop), drained).0 };
    let (stats, _) = tokio::task::unconstrained(drive(&app.clock, both)).await;
    assert_eq!((stats.retried, stats.store_errors, stats.lost), (0, 0, 0));
    assert_eq!((stats.given_up, DEAD.list(&app.db, None, 1_000).unwrap().len()), (u64::from(dead), dead as usize));
    assert_eq!(app.letters.filed.load(SeqCst), written - dead);
    let bills: Vec<(u32, i64)> = (1..=written).chain([900]).map(|number| (number, 1)).collect();
    assert_eq!(accounts(&app.db).await, bills, "each once");

    // The intake goes on, in a file that has not become smaller.
    assert!(size() > LIMIT);
    app.send_with(Bill { number: 901 }, call(8)).await.unwrap();
    assert_eq!(app.fill().await.code(), "catga.store.overloaded");
    assert!(app.letters.written.load(SeqCst) > written + 20);
}
