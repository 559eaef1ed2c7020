//! The claim loops of relays, under a scheduler that tries interleavings: the store and the relays themselves, over an
//! engine that lets another thread go on wherever it is asked. What happens between two calls of the engine is one
//! step, and nobody waits there.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::time::Duration;

use catga::delivery::OUTBOX;
use catga::prelude::*;
use catga::store::outbox::{Fate, Marked, OutboxMessage};
use catga::store::writer::{Groups, Manual, Writer};
use catga::store::{
    Answer, At, Direction, Engine, ErrorKind, Identity, Member, Memory, Outbox, Row, Snapshot, Span, Store, StoreError,
    StoreOptions, Table,
};
use catga::testing::{SeededRandom, VirtualClock};
use serde::{Deserialize, Serialize};
use shuttle::scheduler::RandomScheduler;
use shuttle::sync::{Mutex, mpsc};
use shuttle::{Config, Runner, future, thread};

const ROUNDS: usize = 600;

/// Lets others go on before each step.
struct Yielding {
    inner: Memory,
    /// What must hold is not looked at: a bug, which has to be found.
    trusts: bool,
}

impl Engine for Yielding {
    fn snapshot(&self) -> Result<Arc<dyn Snapshot>, StoreError> {
        thread::yield_now();
        Ok(Arc::new(Seen(self.inner.snapshot()?)))
    }

    fn commit(&self, group: &[Member]) -> Vec<Answer> {
        thread::yield_now();
        if !self.trusts {
            return self.inner.commit(group);
        }
        let members: Vec<Member> = group.iter().map(|member| Member { needs: Vec::new(), ..member.clone() }).collect();
        self.inner.commit(&members)
    }

    fn identity(&self) -> Identity {
        self.inner.identity()
    }

    fn head(&self) -> u64 {
        self.inner.head()
    }
}

struct Seen(Arc<dyn Snapshot>);

impl Snapshot for Seen {
    fn at(&self) -> &At {
        self.0.at()
    }

    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        thread::yield_now();
        self.0.get(key)
    }

    fn scan(&self, span: &Span, direction: Direction, limit: usize) -> Result<Vec<Row>, StoreError> {
        thread::yield_now();
        self.0.scan(span, direction, limit)
    }
}

/// A thread of the scheduler's that commits.
struct Thread {
    groups: Manual,
    queued: Mutex<Option<mpsc::Sender<()>>>,
    thread: Mutex<Option<thread::JoinHandle<()>>>,
}

impl Thread {
    fn new() -> Self {
        let (groups, (queued, waits)) = (Manual::default(), mpsc::channel());
        let of_thread = groups.clone();
        let thread = thread::spawn(move || {
            while waits.recv().is_ok() {
                of_thread.commit_one();
            }
        });
        Self { groups, queued: Mutex::new(Some(queued)), thread: Mutex::new(Some(thread)) }
    }
}

impl Writer for Thread {
    fn start(&self, groups: &Arc<Groups>) -> Result<(), StoreError> {
        self.groups.start(groups)
    }

    fn queued(&self, _: &Groups) {
        if let Some(queued) = &*self.queued.lock().unwrap() {
            queued.send(()).unwrap();
        }
    }

    fn stop(&self) {
        drop(self.queued.lock().unwrap().take());
        if let Some(thread) = self.thread.lock().unwrap().take() {
            thread.join().unwrap();
        }
        self.groups.stop();
    }
}

struct Main;

fn store(clock: &VirtualClock, trusts: bool) -> Store<Main> {
    let engine = Yielding { inner: Memory::new(&SeededRandom::new(7)), trusts };
    // Nothing is too old: virtual time goes in large steps.
    let options =
        StoreOptions::default().writer(Thread::new()).clock(clock.clone()).max_age(Duration::from_secs(3_600));
    Store::with(engine, options).unwrap()
}

const KEYS: u64 = 3;
const ROWS: u64 = 2;
const LEASE: Duration = Duration::from_secs(10);
const BOX: Outbox = Outbox::new("box").lease(LEASE);

async fn fill(store: &Store<Main>) {
    for number in 0..KEYS * ROWS {
        let (key, mut tx) = (number % KEYS, store.begin().unwrap());
        let message = OutboxMessage { id: number, name: "m".into(), key: vec![key as u8], body: Vec::new() };
        BOX.add(&mut tx, &message).unwrap();
        tx.commit().await.unwrap();
    }
}

/// What the marks of all relays have taken off: key and id.
type Taken = Arc<std::sync::Mutex<Vec<(u8, u64)>>>;

/// Claims and marks until nothing is left; a lease may end in between where time goes on.
async fn work(store: &Store<Main>, owner: u64, taken: &Taken, lost: &AtomicU32) {
    let mut relay = BOX.relay(owner);
    while (taken.lock().unwrap().len() as u64) < KEYS * ROWS {
        let keys = match relay.claim(store, 2).await {
            Ok(keys) => keys,
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::Conflict);
                continue;
            }
        };
        for key in keys {
            let rows: Vec<(u8, u64)> = key.rows.iter().map(|row| (key.key[0], row.message.id)).collect();
            let published = rows.len();
            match BOX.mark(store, &[Marked { key, published, fate: Fate::GoOn }]).await {
                Ok(()) => taken.lock().unwrap().extend(rows),
                Err(error) => {
                    assert_eq!(error.kind(), ErrorKind::Lost);
                    lost.fetch_add(1, SeqCst);
                }
            }
        }
        thread::yield_now();
    }
}

/// Two relays, while rows come, and where `hurried`, while leases end.
fn race(trusts: bool, hurried: bool, lost: &'static AtomicU32) {
    let clock = VirtualClock::new();
    let store = store(&clock, trusts);
    let taken = Taken::default();
    let writer = {
        let store = store.clone();
        thread::spawn(move || future::block_on(fill(&store)))
    };
    let relays: Vec<_> = (1..=2)
        .map(|owner| {
            let (store, taken) = (store.clone(), Arc::clone(&taken));
            thread::spawn(move || future::block_on(work(&store, owner, &taken, lost)))
        })
        .collect();
    if hurried {
        for _ in 0..60 {
            thread::yield_now();
            clock.advance(LEASE / 2);
        }
    }
    writer.join().unwrap();
    relays.into_iter().for_each(|relay| relay.join().unwrap());
    assert_eq!(BOX.backlog(&store).unwrap(), 0);
    let taken = taken.lock().unwrap();
    for key in 0..KEYS {
        let ids: Vec<u64> = taken.iter().filter(|(of, _)| u64::from(*of) == key).map(|(_, id)| *id).collect();
        let mut sorted = ids.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, [key, key + KEYS], "each is taken off once");
    }
}

#[test]
fn two_relays_take_each_row_off_once() {
    static LOST: AtomicU32 = AtomicU32::new(0);
    shuttle::check_random(|| race(false, false, &LOST), ROUNDS);
    assert_eq!(LOST.load(SeqCst), 0, "no lease has ended");
}

#[test]
fn a_lease_that_ends_gives_a_row_to_one_alone() {
    static LOST: AtomicU32 = AtomicU32::new(0);
    shuttle::check_random(|| race(false, true, &LOST), ROUNDS);
    assert!(LOST.load(SeqCst) > 0, "leases have ended");
}

/// The schedules are such that they would show it.
#[test]
#[should_panic(expected = "each is taken off once")]
fn a_claim_that_is_not_checked_is_found() {
    static LOST: AtomicU32 = AtomicU32::new(0);
    shuttle::check_random(|| race(true, true, &LOST), ROUNDS);
}

#[command]
#[derive(Serialize, Deserialize)]
struct Post {
    number: u32,
}

#[event(key = key)]
#[derive(Serialize, Deserialize)]
struct Posted {
    key: u32,
    number: u32,
}

struct Desk;

#[handler]
impl Desk {
    async fn post(&self, command: Post, cx: &mut Context<impl Publishes<Posted>>) -> Result<(), Error> {
        let number = command.number;
        cx.publish(Posted { key: number % 2, number }).await.map_err(Error::refused)
    }
}

struct Reader {
    heard: std::sync::Mutex<Vec<u32>>,
    stop: Cancel,
}

#[handler]
impl Reader {
    fn on_posted(&self, event: &Posted) {
        let mut heard = self.heard.lock().unwrap();
        heard.push(event.number);
        if heard.len() == POSTS as usize {
            self.stop.cancel();
        }
    }
}

const POSTS: u32 = 4;

#[mediator(serves, clock = self.clock, timer = self.clock)]
struct House {
    clock: VirtualClock,
    #[pipeline(commands: Transactional(self.db))]
    desk: Desk,
    reader: Reader,
    db: Store<Main>,
}

/// The loop of a relay, whose timer never ends: what it does, it does because it was woken. Where it missed a
/// commit, the scheduler finds that nobody can go on.
#[test]
fn the_loop_of_a_relay_misses_no_commit() {
    shuttle::check_random(
        || {
            let clock = VirtualClock::new();
            let reader = Reader { heard: std::sync::Mutex::default(), stop: Cancel::new() };
            let house = Arc::new(House { desk: Desk, reader, db: store(&clock, false), clock });
            let relay = {
                let house = Arc::clone(&house);
                thread::spawn(move || {
                    let relay = Relay::new(&house.db).concurrency(2);
                    future::block_on(relay.run::<House, _>(&*house, &house.reader.stop))
                })
            };
            let writers: Vec<_> = (0..2)
                .map(|writer| {
                    let house = Arc::clone(&house);
                    thread::spawn(move || {
                        for number in (0..POSTS).filter(|number| number % 2 == writer) {
                            future::block_on(house.send(Post { number })).unwrap();
                        }
                    })
                })
                .collect();
            writers.into_iter().for_each(|writer| writer.join().unwrap());
            let stats = relay.join().unwrap();
            assert_eq!((stats.delivered, stats.lost, stats.store_errors), (u64::from(POSTS), 0, 0));
            let heard = house.reader.heard.lock().unwrap();
            for key in 0..2 {
                let of_key = heard.iter().copied().filter(|number| number % 2 == key);
                assert!(of_key.eq((0..POSTS).filter(|number| number % 2 == key)), "in order: {heard:?}");
            }
        },
        ROUNDS,
    );
}

#[command]
#[derive(Serialize, Deserialize)]
struct Pay {
    number: u32,
}

#[event(key = key)]
#[derive(Serialize, Deserialize)]
struct Paid {
    key: u32,
    number: u32,
}

/// What was paid: by key and place.
const PAYMENTS: Table<(u32, u64), u32> = Table::new("payments");

struct Ledger {
    clock: VirtualClock,
}

#[handler]
impl Ledger {
    async fn pay(&self, command: Pay, cx: &mut Context<impl Publishes<Paid>>) -> Result<(), Error> {
        let number = command.number;
        cx.publish(Paid { key: number % 2, number }).await.map_err(Error::refused)
    }

    /// It works for longer than its relay has the key without a renewal.
    async fn on_paid(&self, event: &Paid, cx: &mut Context<impl Within<Main>>) -> Result<(), Failure> {
        self.clock.sleep(LEASE + LEASE / 2).await;
        let (first, last) = ((event.key, 0), (event.key, u64::MAX));
        let rows = PAYMENTS.range(cx.tx(), first..=last).await.map_err(Failure::from_error)?;
        PAYMENTS.put(cx.tx(), &(event.key, rows.len() as u64), &event.number).map_err(Failure::from_error)
    }
}

#[mediator(serves, clock = self.clock, timer = self.clock)]
struct Vault {
    clock: VirtualClock,
    #[pipeline(commands: Transactional(self.db), events: Transactional(self.db))]
    ledger: Ledger,
    db: Store<Main>,
}

/// Two relays, whose time goes on while they renew and settle, and may end their leases meanwhile.
fn race_of_renewals(lost: &AtomicU32) {
    let clock = VirtualClock::new();
    let ledger = Ledger { clock: clock.clone() };
    let vault = Arc::new(Vault { ledger, db: store(&clock, false), clock });
    for number in 0..POSTS {
        future::block_on(vault.send(Pay { number })).unwrap();
    }
    let (stop, running) = (Arc::new(Cancel::new()), Arc::new(AtomicU32::new(2)));
    let relays: Vec<_> = (0..2)
        .map(|_| {
            let (vault, stop, running) = (Arc::clone(&vault), Arc::clone(&stop), Arc::clone(&running));
            thread::spawn(move || {
                let relay = Relay::new(&vault.db).outbox(OUTBOX.lease(LEASE)).look_every(LEASE / 8).concurrency(2);
                let stats = future::block_on(relay.run::<Vault, _>(&*vault, &stop));
                running.fetch_sub(1, SeqCst);
                stats
            })
        })
        .collect();
    while running.load(SeqCst) > 0 {
        if OUTBOX.backlog(&vault.db).unwrap() == 0 {
            stop.cancel();
        }
        vault.clock.advance_to_next();
        thread::yield_now();
    }
    let stats: Vec<_> = relays.into_iter().map(|relay| relay.join().unwrap()).collect();
    // Whoever has handled one has renewed its key before.
    assert!(stats.iter().map(|stats| stats.delivered).sum::<u64>() >= POSTS.into(), "{stats:?}");
    lost.fetch_add(u32::from(stats.iter().any(|stats| stats.lost > 0)), SeqCst);
    assert_eq!(OUTBOX.backlog(&vault.db).unwrap(), 0);
    let rows = future::block_on(async { PAYMENTS.range(&mut vault.db.begin().unwrap(), ..).await.unwrap() });
    for key in 0..2 {
        let of_key = rows.iter().filter(|((of, _), _)| *of == key).map(|(_, number)| *number);
        assert!(of_key.eq((0..POSTS).filter(|number| number % 2 == key)), "each once, in order: {rows:?}");
    }
}

#[test]
fn renewals_that_are_raced_by_the_end_of_their_lease_do_nothing_twice() {
    static LOST: AtomicU32 = AtomicU32::new(0);
    let mut config = Config::new();
    // What is not optimised takes more than the stack that a thread has unless it is said.
    config.stack_size = 1 << 19;
    Runner::new(RandomScheduler::new(ROUNDS / 6), config).run(|| race_of_renewals(&LOST));
    assert!(LOST.load(SeqCst) > 0, "leases have ended");
}
