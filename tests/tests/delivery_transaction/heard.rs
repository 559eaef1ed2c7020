//! Handlers of one event, each delivered by itself: who has done its part does not do it again.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use catga::delivery::{DEAD, OUTBOX};
use catga::prelude::*;
use catga::store::outbox::KeyState;
use catga::store::{LetterId, Outbox, Store};
use catga::testing::VirtualClock;
use catga_tests::{Trouble, drive, poll_once};
use serde::{Deserialize, Serialize};

use crate::bank::{ACCOUNTS, Backing, Main, accounts};

#[command]
#[derive(Serialize, Deserialize)]
struct Place;

#[event]
#[derive(Serialize, Deserialize)]
struct Placed;

struct Orders;

#[handler]
impl Orders {
    async fn place(&self, _: Place, cx: &mut Context<impl Publishes<Placed>>) -> Result<(), Error> {
        cx.publish(Placed).await.map_err(Error::refused)
    }
}

/// Who has heard it; and how the fourth fails.
#[derive(Default)]
struct Log {
    heard: Mutex<Vec<&'static str>>,
    failing: AtomicU32,
    poisoned: AtomicBool,
    hangs: AtomicBool,
    /// A failure is the end.
    ends: AtomicBool,
    stop: Cancel,
}

impl Log {
    fn note(&self, who: &'static str) {
        self.heard.lock().unwrap().push(who);
    }

    /// How often each has heard it: the plain, the two in transactions, and the fourth.
    fn times(&self) -> [usize; 4] {
        let heard = self.heard.lock().unwrap();
        ["mail", "stock", "books", "fourth"].map(|who| heard.iter().filter(|heard| **heard == who).count())
    }

    async fn fourth(&self) -> Result<(), Failure> {
        self.note("fourth");
        if self.hangs.load(SeqCst) {
            std::future::pending::<()>().await;
        }
        let left = self.failing.load(SeqCst);
        let trouble = match left {
            _ if self.poisoned.load(SeqCst) => Trouble::Wrong,
            0 => {
                self.stop.cancel();
                return Ok(());
            }
            left => {
                self.failing.store(left - 1, SeqCst);
                Trouble::Busy
            }
        };
        if self.ends.load(SeqCst) {
            self.stop.cancel();
        }
        Err(Failure::from_error(trouble))
    }
}

struct Mail(Arc<Log>);

#[handler]
impl Mail {
    fn on_placed(&self, _: &Placed) {
        self.0.note("mail");
    }
}

struct Stock(Arc<Log>);

#[handler]
impl Stock {
    #[handler(name = "stock")]
    async fn on_placed(&self, _: &Placed, cx: &mut Context<impl Within<Main>>) -> Result<(), Failure> {
        self.0.note("stock");
        add(cx, 1).await
    }
}

struct Books(Arc<Log>);

#[handler]
impl Books {
    async fn on_placed(&self, _: &Placed, cx: &mut Context<impl Within<Main>>) -> Result<(), Failure> {
        self.0.note("books");
        add(cx, 2).await
    }
}

async fn add(cx: &mut Context<impl Within<Main>>, account: u32) -> Result<(), Failure> {
    let there = ACCOUNTS.get(cx.tx(), &account).await.map_err(Failure::from_error)?.unwrap_or(0);
    ACCOUNTS.put(cx.tx(), &account, &(there + 1)).map_err(Failure::from_error)
}

struct Fourth(Arc<Log>);

#[handler]
impl Fourth {
    async fn on_placed(&self, _: &Placed) -> Result<(), Failure> {
        self.0.fourth().await
    }
}

#[mediator(serves, clock = self.clock, timer = self.clock)]
struct Shop {
    clock: VirtualClock,
    #[pipeline(commands: Transactional(self.db))]
    orders: Orders,
    mail: Mail,
    #[pipeline(events: Transactional(self.db))]
    stock: Stock,
    #[pipeline(events: Transactional(self.db))]
    books: Books,
    fourth: Fourth,
    db: Store<Main>,
}

/// The stock of a newer program: its handler has another name of its own, and says the old one.
struct Shelves(Arc<Log>);

#[handler]
impl Shelves {
    #[handler(name = "stock")]
    async fn restock(&self, _: &Placed, cx: &mut Context<impl Within<Main>>) -> Result<(), Failure> {
        self.0.note("stock");
        add(cx, 1).await
    }
}

/// It forgot to say it.
struct Forgetful(Arc<Log>);

#[handler]
impl Forgetful {
    async fn restock(&self, _: &Placed, cx: &mut Context<impl Within<Main>>) -> Result<(), Failure> {
        self.0.note("stock");
        add(cx, 1).await
    }
}

macro_rules! newer {
    ($($shop:ident $stock:ident)*) => {$(
        #[mediator(serves, clock = self.clock, timer = self.clock)]
        struct $shop {
            clock: VirtualClock,
            #[pipeline(commands: Transactional(self.db))]
            orders: Orders,
            mail: Mail,
            #[pipeline(events: Transactional(self.db))]
            stock: $stock,
            #[pipeline(events: Transactional(self.db))]
            books: Books,
            fourth: Fourth,
            db: Store<Main>,
        }

        impl $shop {
            fn new(clock: &VirtualClock, db: &Store<Main>, log: &Arc<Log>) -> Self {
                let log = || Arc::clone(log);
                Self {
                    clock: clock.clone(),
                    orders: Orders,
                    mail: Mail(log()),
                    stock: $stock(log()),
                    books: Books(log()),
                    fourth: Fourth(log()),
                    db: db.clone(),
                }
            }
        }
    )*};
}

newer! { Newer Shelves Worse Forgetful }

fn shop(on: &Backing, failing: u32) -> (Shop, Arc<Log>) {
    let (clock, log) = (VirtualClock::new(), Arc::new(Log { failing: failing.into(), ..Log::default() }));
    let db: Store<Main> = on.simulated(&clock);
    (same(&clock, &db, &log), log)
}

fn same(clock: &VirtualClock, db: &Store<Main>, log: &Arc<Log>) -> Shop {
    let (clock, db, log) = (clock.clone(), db.clone(), || Arc::clone(log));
    Shop {
        clock,
        orders: Orders,
        mail: Mail(log()),
        stock: Stock(log()),
        books: Books(log()),
        fourth: Fourth(log()),
        db,
    }
}

/// Relays until the fourth has done it, or has failed where that is the end.
async fn relay<A: Mediator + catga::wire::Serves<A>>(app: &A, clock: &VirtualClock, db: &Store<Main>, log: &Log) {
    let relay = Relay::new(db);
    tokio::task::unconstrained(drive(clock, relay.run::<A, _>(app, &log.stop))).await;
}

/// How many records there are of handlers that have done their part.
async fn records(db: &Store<Main>) -> usize {
    let mut records = 0;
    for name in ["Mail::on_placed", "stock", "Books::on_placed", "Fourth::on_placed", "Forgetful::restock"] {
        records += Outbox::forget_handler(db, name, 9).await.unwrap();
    }
    records
}

on_every_engine! {
    of_four_handlers_the_fourth_fails_and_three_do_not_run_again
    nor_when_its_dead_letter_is_replayed
    a_discarded_letter_leaves_no_record
    done_is_recorded_with_the_effect
    l13_a_renamed_handlers_events_are_held
    handlers_of_one_name_run_together
}

async fn of_four_handlers_the_fourth_fails_and_three_do_not_run_again(on: Backing) {
    let (app, log) = shop(&on, 3);
    app.send(Place).await.unwrap();
    relay(&app, &app.clock, &app.db, &log).await;
    assert_eq!(log.times(), [1, 1, 1, 4]);
    assert_eq!(accounts(&app.db).await, [(1, 1), (2, 1)]);
    assert_eq!((OUTBOX.backlog(&app.db).unwrap(), records(&app.db).await), (0, 0));
    // Another event is another.
    let log = Arc::new(Log::default());
    let app = same(&app.clock, &app.db, &log);
    app.send(Place).await.unwrap();
    relay(&app, &app.clock, &app.db, &log).await;
    assert_eq!(log.times(), [1, 1, 1, 1]);
    assert_eq!(accounts(&app.db).await, [(1, 2), (2, 2)]);
    assert_eq!(records(&app.db).await, 0);
}

/// An event whose fourth handler has poisoned it, and its letter.
async fn poisoned(on: &Backing) -> (Shop, LetterId) {
    let (app, log) = shop(on, 0);
    log.ends.store(true, SeqCst);
    log.poisoned.store(true, SeqCst);
    app.send(Place).await.unwrap();
    relay(&app, &app.clock, &app.db, &log).await;
    assert_eq!(log.times(), [1, 1, 1, 1]);
    let [(letter, _)] = DEAD.list(&app.db, None, 9).unwrap()[..] else { panic!("one letter") };
    (app, letter)
}

async fn nor_when_its_dead_letter_is_replayed(on: Backing) {
    let (app, letter) = poisoned(&on).await;
    let log = Arc::new(Log::default());
    let app = same(&app.clock, &app.db, &log);
    Relay::new(&app.db).replay(letter).await.unwrap();
    relay(&app, &app.clock, &app.db, &log).await;
    assert_eq!(log.times(), [0, 0, 0, 1]);
    assert_eq!((accounts(&app.db).await, records(&app.db).await), (vec![(1, 1), (2, 1)], 0));
}

async fn a_discarded_letter_leaves_no_record(on: Backing) {
    let (app, letter) = poisoned(&on).await;
    DEAD.discard(&app.db, letter).await.unwrap();
    assert_eq!(records(&app.db).await, 0);
}

async fn done_is_recorded_with_the_effect(on: Backing) {
    let (app, log) = shop(&on, 0);
    log.hangs.store(true, SeqCst);
    app.send(Place).await.unwrap();
    {
        // Its process ends while the fourth runs.
        let relay = Relay::new(&app.db);
        let mut running = std::pin::pin!(relay.run::<Shop, _>(&app, &log.stop));
        while log.times()[3] == 0 {
            assert!(poll_once(&mut running).await.is_pending());
        }
    }
    app.clock.advance(Duration::from_secs(31));
    let log = Arc::new(Log::default());
    let app = same(&app.clock, &app.db, &log);
    relay(&app, &app.clock, &app.db, &log).await;
    assert_eq!(log.times(), [1, 0, 0, 1], "what is outside of a transaction runs again");
    assert_eq!(accounts(&app.db).await, [(1, 1), (2, 1)]);
    assert_eq!((OUTBOX.backlog(&app.db).unwrap(), records(&app.db).await), (0, 0));
}

async fn l13_a_renamed_handlers_events_are_held(on: Backing) {
    let (app, log) = shop(&on, 1);
    log.ends.store(true, SeqCst);
    app.send(Place).await.unwrap();
    relay(&app, &app.clock, &app.db, &log).await;
    assert_eq!(log.times(), [1, 1, 1, 1]);
    // Whose name is gone cannot be told from one that has not done it yet.
    let (clock, db, log) = (app.clock.clone(), app.db.clone(), Arc::new(Log::default()));
    let worse = Worse::new(&clock, &db, &log);
    let is_held = async {
        while !OUTBOX.keys(&db, None, 9).unwrap().iter().any(|key| key.state == KeyState::Held) {
            clock.sleep(Duration::from_secs(1)).await;
        }
        log.stop.cancel();
    };
    let relaying = Relay::new(&db);
    let both = async { tokio::join!(relaying.run::<Worse, _>(&worse, &log.stop), is_held) };
    tokio::task::unconstrained(drive(&clock, both)).await;
    assert_eq!(log.times(), [0, 0, 0, 0]);
    assert_eq!((OUTBOX.backlog(&db).unwrap(), relaying.stats().held), (1, 1));
    // A program that says the name goes on.
    let log = Arc::new(Log { failing: 1.into(), ends: true.into(), ..Log::default() });
    let newer = Newer::new(&clock, &db, &log);
    relay(&newer, &clock, &db, &log).await;
    assert_eq!(log.times(), [0, 0, 0, 1]);
    // Or an operator says that it is gone, and the new one is new.
    assert_eq!(Outbox::forget_handler(&db, "stock", 9).await.unwrap(), 1);
    let log = Arc::new(Log::default());
    relay(&Worse::new(&clock, &db, &log), &clock, &db, &log).await;
    assert_eq!(log.times(), [0, 1, 0, 1]);
    assert_eq!(accounts(&db).await, [(1, 2), (2, 1)]);
    assert_eq!((OUTBOX.backlog(&db).unwrap(), records(&db).await), (0, 0));
}

#[mediator(serves, clock = self.clock, timer = self.clock)]
struct Twins {
    clock: VirtualClock,
    #[pipeline(commands: Transactional(self.db))]
    orders: Orders,
    one: Mail,
    other: Mail,
    fourth: Fourth,
    db: Store<Main>,
}

async fn handlers_of_one_name_run_together(on: Backing) {
    let (Shop { clock, db, .. }, log) = shop(&on, 1);
    let [one, other] = [Mail(Arc::clone(&log)), Mail(Arc::clone(&log))];
    let app = Twins { clock, orders: Orders, one, other, fourth: Fourth(Arc::clone(&log)), db };
    app.send(Place).await.unwrap();
    relay(&app, &app.clock, &app.db, &log).await;
    assert_eq!(log.times(), [4, 0, 0, 2], "they cannot be told apart");
}
