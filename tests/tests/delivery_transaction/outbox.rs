//! What a transaction stores for others, as a relay delivers it.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::SeqCst;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use catga::codec::{Codec as _, Encode as _};
use catga::delivery::OUTBOX;
use catga::envelope::{Envelope, Kind, WireKey};
use catga::id::Id;
use catga::prelude::*;
use catga::store::outbox::{Added, OutboxMessage};
use catga::store::writer::Inline;
use catga::store::{Answer, Clash, Durable, Engine, Identity, Member, Memory, Snapshot, Store, StoreError};
use catga::testing::VirtualClock;
use catga::time::SystemRandom;
use catga_tests::drive;
use serde::{Deserialize, Serialize};

use crate::bank::{Backing, Bank, Book, Booked, HEARD, Main, Then, backlog};

/// Runs a relay until there are so many rows left.
pub async fn relay_until<D: 'static, A>(relay: &Relay<D>, app: &A, db: &Store<D>, left: u64)
where
    A: Mediator + catga::wire::Serves<A>,
{
    let stop = Cancel::new();
    let waiting = async {
        let mut head = db.head();
        while OUTBOX.backlog(db).unwrap() > left {
            head.changed().await.unwrap();
        }
        stop.cancel();
    };
    tokio::join!(relay.run::<A, A>(app, &stop), waiting);
}

/// How often each message was heard, by its id.
async fn heard(bank: &Bank) -> BTreeMap<u64, u32> {
    HEARD.range(&mut bank.db.begin().unwrap(), ..).await.unwrap().into_iter().collect()
}

on_every_engine! {
    f2_what_was_committed_is_delivered
    f3_what_was_committed_before_a_crash_is_delivered_after_it
    f4_a_relay_that_ends_before_it_marks_delivers_the_same_id_again
    f5_two_relays_deliver_each_message_once
    f8_adding_a_duplicate_is_harmless
    f10_rows_of_a_key_stay_in_order_under_a_backlog
    e1_what_is_enqueued_for_later_is_not_handled_before
    e2_what_was_due_while_nobody_looked_comes_at_once_in_order
    a_command_is_enqueued_with_the_rows
}

async fn f2_what_was_committed_is_delivered(on: Backing) {
    let bank = Bank::new(on.open());
    for _ in 0..3 {
        bank.send(Book::new(1, 5, Then::Answer)).await.unwrap();
    }
    let _declined = bank.send(Book::new(1, 5, Then::Decline)).await;
    relay_until(&Relay::new(&bank.db), &bank, &bank.db, 0).await;
    assert_eq!(*bank.ledger.sums.lock().unwrap(), [(1, 5), (1, 10), (1, 15)]);
    assert!(heard(&bank).await.values().eq([&1; 3]), "no duplicate");
}

async fn f3_what_was_committed_before_a_crash_is_delivered_after_it(on: Backing) {
    let before = Bank::new(on.open());
    before.send(Book::new(1, 5, Then::Answer)).await.unwrap();
    let after = match &on {
        Backing::Memory => Bank::new(before.db.clone()),
        Backing::File(_) => {
            drop(before);
            Bank::new(on.open())
        }
    };
    relay_until(&Relay::new(&after.db), &after, &after.db, 0).await;
    assert_eq!(*after.ledger.sums.lock().unwrap(), [(1, 5)]);
}

/// Hears without a transaction of its own. The first time, the store dies before it is marked.
#[derive(Default)]
struct Ear {
    heard: Mutex<Vec<Id>>,
    dead: Arc<AtomicBool>,
    stop: Cancel,
}

#[handler]
impl Ear {
    fn on_booked(&self, _: &Booked, cx: &mut Context<impl Scope>) {
        let mut heard = self.heard.lock().unwrap();
        heard.push(cx.message_id());
        match heard.len() {
            1 => self.dead.store(true, SeqCst),
            _ => self.stop.cancel(),
        }
    }
}

#[mediator(serves, clock = self.clock, timer = self.clock)]
struct Simulated {
    clock: VirtualClock,
    #[pipeline(commands: Transactional(self.db))]
    books: crate::bank::Books,
    ear: Ear,
    db: Store<Main>,
}

/// Stores nothing while it is dead.
struct Dying(Arc<dyn Engine>, Arc<AtomicBool>);

impl Engine for Dying {
    fn snapshot(&self) -> Result<Arc<dyn Snapshot>, StoreError> {
        self.0.snapshot()
    }

    fn commit(&self, group: &[Member]) -> Vec<Answer> {
        if self.1.load(SeqCst) {
            return group.iter().map(|_| Answer::Conflict(Clash::Read)).collect();
        }
        self.0.commit(group)
    }

    fn identity(&self) -> Identity {
        self.0.identity()
    }

    fn head(&self) -> u64 {
        self.0.head()
    }
}

async fn f4_a_relay_that_ends_before_it_marks_delivers_the_same_id_again(on: Backing) {
    let (clock, ear) = (VirtualClock::new(), Ear::default());
    let engine: Arc<dyn Engine> = match &on {
        Backing::Memory => Arc::new(Memory::new(&SystemRandom)),
        Backing::File(folder) => Arc::new(Durable::open(folder.path().join("a.store")).unwrap()),
    };
    let options = Store::<Main>::options().writer(Inline).clock(clock.clone());
    let db = Store::with(Dying(engine, Arc::clone(&ear.dead)), options).unwrap();
    let app = Simulated { clock, books: crate::bank::Books::default(), ear, db };
    let relay = Relay::new(&app.db).look_every(Duration::from_secs(1));
    drive(&app.clock, async {
        app.send(Book::new(1, 5, Then::Answer)).await.unwrap();
        let revive = async {
            app.clock.sleep(Duration::from_secs(10)).await;
            assert_eq!(app.ear.heard.lock().unwrap().len(), 1);
            app.ear.dead.store(false, SeqCst);
        };
        tokio::join!(relay.run::<Simulated, _>(&app, &app.ear.stop), revive);
    })
    .await;
    let heard = app.ear.heard.lock().unwrap();
    assert_eq!((heard.len(), heard[0]), (2, heard[1]), "the same message");
    assert_eq!((relay.stats().lost, backlog(&app.db)), (1, 0));
}

async fn f5_two_relays_deliver_each_message_once(on: Backing) {
    let bank = Bank::new(on.open());
    let books = (0..100).map(|n| Book::new(n % 20, 1, Then::Answer));
    let sent: Vec<_> = futures_util::StreamExt::collect(bank.send_all(books, 20)).await;
    let stored = sent.iter().filter(|sent| sent.is_ok()).count();
    let (one, two) = (Relay::new(&bank.db).concurrency(7), Relay::new(&bank.db).concurrency(5));
    tokio::join!(relay_until(&one, &bank, &bank.db, 0), relay_until(&two, &bank, &bank.db, 0));
    let heard = heard(&bank).await;
    assert_eq!(heard.len(), stored);
    assert!(heard.values().all(|times| *times == 1), "no duplicate");
    let (one, two) = (one.stats(), two.stats());
    assert_eq!((one.delivered + two.delivered) as usize, stored);
    assert_eq!((one.lost, two.lost), (0, 0));
}

async fn f8_adding_a_duplicate_is_harmless(on: Backing) {
    let bank = Bank::new(on.open());
    let mut envelope = Envelope::new(Kind::Event, Id::new(77), WireKey::of("Booked"), Postcard::ID);
    let mut body = Vec::new();
    Postcard::encode(&Booked { account: 1, sum: 3 }, &mut body).unwrap();
    envelope.body = &body;
    let mut bytes = Vec::new();
    envelope.encode(&mut bytes).unwrap();
    let row = OutboxMessage { id: 77, name: "Booked".into(), key: vec![1, 1], body: bytes };
    let mut tx = bank.db.begin().unwrap();
    assert_eq!(OUTBOX.add(&mut tx, &row).unwrap(), Added::New);
    assert_eq!(OUTBOX.add(&mut tx, &row).unwrap(), Added::Duplicate);
    tx.commit().await.unwrap();
    relay_until(&Relay::new(&bank.db), &bank, &bank.db, 0).await;
    assert_eq!(heard(&bank).await, BTreeMap::from([(77, 1)]));
}

async fn f10_rows_of_a_key_stay_in_order_under_a_backlog(on: Backing) {
    let bank = Bank::new(on.open());
    for n in 0..200 {
        bank.send(Book::new(n % 8, 1, Then::Answer)).await.unwrap();
    }
    assert_eq!(backlog(&bank.db), 200);
    relay_until(&Relay::new(&bank.db).concurrency(6), &bank, &bank.db, 0).await;
    let sums = bank.ledger.sums.lock().unwrap().clone();
    assert_eq!(sums.len(), 200);
    for account in 0..8 {
        let of_it = sums.iter().filter(|(of, _)| *of == account).map(|(_, sum)| *sum);
        assert!(of_it.eq(1..=25), "account {account} in order");
    }
}

/// Rings when it is told to, or later.
#[command(error = WakeError)]
#[derive(Clone, Serialize, Deserialize)]
struct Wake {
    after: u64,
    fails: bool,
}

#[command(key = bell)]
#[derive(Clone, Serialize, Deserialize)]
struct Ring {
    bell: u8,
    number: u64,
}

struct Alarm;

#[handler]
impl Alarm {
    async fn wake(&self, cmd: Wake, cx: &mut Context<impl Enqueues<Ring>>) -> Result<(), Error<WakeError>> {
        let now = cx.clock().unix_ms();
        let ring = Ring { bell: 1, number: cmd.after };
        let enqueued = match cmd.after {
            0 => cx.enqueue(ring).await,
            1 => cx.enqueue_at(ring, now).await,
            after => cx.enqueue_after(ring, Duration::from_secs(after)).await,
        };
        let id = enqueued.map_err(Error::refused)?;
        assert!(!id.is_nil());
        if cmd.fails { Err(WakeError.into()) } else { Ok(()) }
    }
}

#[derive(Debug, Serialize, Deserialize, Classify)]
struct WakeError;

impl std::fmt::Display for WakeError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("no")
    }
}

impl std::error::Error for WakeError {}

#[derive(Default)]
struct Bell {
    rung: Mutex<Vec<(u64, u64)>>,
    stop: Cancel,
    until: std::sync::atomic::AtomicUsize,
}

#[handler]
impl Bell {
    fn ring(&self, cmd: Ring, cx: &mut Context<impl Scope>) {
        let mut rung = self.rung.lock().unwrap();
        rung.push((cmd.number, cx.clock().unix_ms()));
        if rung.len() >= self.until.load(SeqCst) {
            self.stop.cancel();
        }
    }
}

#[mediator(serves, clock = self.clock, timer = self.clock)]
struct Clockwork {
    clock: VirtualClock,
    #[pipeline(commands: Transactional(self.db))]
    alarm: Alarm,
    bell: Bell,
    db: Store<Main>,
}

impl Clockwork {
    /// When so many seconds had gone by, on the wall's clock.
    fn bell_since(&self, secs: u64) -> u64 {
        VirtualClock::new().unix_ms() + secs * 1_000
    }
}

fn clockwork(on: &Backing) -> Clockwork {
    let clock = VirtualClock::new();
    Clockwork { db: on.simulated(&clock), clock, alarm: Alarm, bell: Bell::default() }
}

async fn a_command_is_enqueued_with_the_rows(on: Backing) {
    let app = clockwork(&on);
    drive(&app.clock, async {
        app.send(Wake { after: 0, fails: true }).await.unwrap_err();
        app.send(Wake { after: 0, fails: false }).await.unwrap();
        assert!(app.bell.rung.lock().unwrap().is_empty(), "after the commit, and not now");
        app.bell.until.store(1, SeqCst);
        Relay::new(&app.db).run::<Clockwork, _>(&app, &app.bell.stop).await;
    })
    .await;
    assert_eq!(app.bell.rung.lock().unwrap().len(), 1, "what failed has enqueued nothing");
}

async fn e1_what_is_enqueued_for_later_is_not_handled_before(on: Backing) {
    let app = clockwork(&on);
    let begun = app.clock.unix_ms();
    drive(&app.clock, async {
        for after in [20, 1, 10] {
            app.send(Wake { after, fails: false }).await.unwrap();
        }
        app.bell.until.store(3, SeqCst);
        Relay::new(&app.db).run::<Clockwork, _>(&app, &app.bell.stop).await;
    })
    .await;
    let rung = app.bell.rung.lock().unwrap();
    assert!(rung.iter().map(|(number, _)| *number).eq([1, 10, 20]));
    for (number, at) in &rung[1..] {
        let late = at - begun - number * 1_000;
        assert!(late <= 200, "{number} s later came {late} ms late");
    }
}

async fn e2_what_was_due_while_nobody_looked_comes_at_once_in_order(on: Backing) {
    let app = clockwork(&on);
    drive(&app.clock, async {
        for after in [30, 10, 20] {
            app.send(Wake { after, fails: false }).await.unwrap();
        }
        app.clock.advance(Duration::from_secs(3_600));
        app.bell.until.store(3, SeqCst);
        Relay::new(&app.db).concurrency(1).run::<Clockwork, _>(&app, &app.bell.stop).await;
    })
    .await;
    let rung = app.bell.rung.lock().unwrap();
    assert!(rung.iter().map(|(number, _)| *number).eq([10, 20, 30]), "{rung:?}");
    assert!(rung.iter().all(|(_, at)| at - app.bell_since(3_600) <= 200), "{rung:?}");
}
