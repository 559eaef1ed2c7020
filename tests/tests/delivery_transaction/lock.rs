//! Messages of one key, one at a time.

use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use catga::error::Classify as _;
use catga::prelude::*;
use catga::store::writer::Inline;
use catga::store::{Answer, Clash, Engine, Identity, Lease, Member, Memory, Snapshot, Store, StoreError, StoreOptions};
use catga::testing::VirtualClock;
use catga::time::SystemRandom;
use catga_tests::{drive, poll_once};
use serde::{Deserialize, Serialize};
use tokio::sync::Notify;

use crate::bank::{ACCOUNTS, Backing, Main, accounts};

const LEASE: Duration = Duration::from_secs(2);

/// What a handler does when it holds the lock.
#[derive(Clone, Copy, PartialEq, Serialize, Deserialize)]
enum Then {
    Answer,
    /// Until it is told to go on.
    Waits,
    Takes(Duration),
    /// Until it is told through its `Cancel`, of which it makes a note.
    Listens,
    /// Has another message do that.
    Sends,
    SendsOther,
    /// Of whom nobody hears before it has listened.
    SendsListener,
    Panics,
}

/// Answers with its fence.
#[command(reply = u64, key = item)]
#[derive(Serialize, Deserialize)]
struct Work {
    item: u32,
    then: Then,
}

/// The same in a transaction, which counts.
#[command(reply = u64, key = item)]
#[derive(Serialize, Deserialize)]
struct Count {
    item: u32,
    then: Then,
}

/// Has no key of its own.
#[command(reply = u64)]
struct Rent {
    room: String,
    then: Then,
}

/// Listens until it is cancelled.
#[command(key = item)]
#[derive(Serialize, Deserialize)]
struct Listen {
    item: u32,
}

#[derive(Default)]
struct Desk {
    clock: VirtualClock,
    go_on: Notify,
    notes: Mutex<Vec<&'static str>>,
}

impl Desk {
    fn note(&self, what: &'static str) {
        self.notes.lock().unwrap().push(what);
    }

    fn notes(&self) -> Vec<&'static str> {
        std::mem::take(&mut self.notes.lock().unwrap())
    }

    async fn does(&self, then: Then, cancel: Option<&Cancel>) {
        match then {
            Then::Waits => self.go_on.notified().await,
            Then::Takes(time) => self.clock.sleep(time).await,
            Then::Listens => {
                cancel.unwrap().cancelled().await;
                self.note("told");
                std::future::pending::<()>().await;
            }
            Then::Panics => panic!("under the lock"),
            _ => {}
        }
    }
}

struct Works(Arc<Desk>);

#[handler]
impl Works {
    async fn work(
        &self,
        cmd: Work,
        cx: &mut Context<impl Fenced + Sends<Count> + Sends<Listen>>,
    ) -> Result<u64, Error> {
        let fence = cx.fence();
        match cmd.then {
            Then::Sends => return cx.send(Count { item: cmd.item, then: Then::Answer }).await,
            Then::SendsOther => return cx.send(Count { item: cmd.item + 1, then: Then::Answer }).await,
            Then::SendsListener => cx.send(Listen { item: cmd.item }).await?,
            then => self.0.does(then, cx.cancel()).await,
        }
        Ok(fence)
    }
}

struct Counts(Arc<Desk>);

#[handler]
impl Counts {
    async fn count(
        &self,
        cmd: Count,
        cx: &mut Context<impl Within<Main> + Fenced + Sends<Listen>>,
    ) -> Result<u64, Error> {
        let there = ACCOUNTS.get(cx.tx(), &cmd.item).await.map_err(Error::refused)?.unwrap_or(0);
        ACCOUNTS.put(cx.tx(), &cmd.item, &(there + 1)).map_err(Error::refused)?;
        match cmd.then {
            Then::SendsListener => cx.send(Listen { item: cmd.item }).await?,
            then => self.0.does(then, cx.cancel()).await,
        }
        Ok(cx.fence())
    }
}

struct Rents(Arc<Desk>);

#[handler]
impl Rents {
    async fn rent(&self, cmd: Rent, cx: &mut Context<impl Fenced>) -> u64 {
        self.0.does(cmd.then, cx.cancel()).await;
        cx.fence()
    }
}

struct Listens(Arc<Desk>);

#[handler]
impl Listens {
    async fn listen(&self, _: Listen, cx: &mut Context<impl Scope>) {
        self.0.does(Then::Listens, cx.cancel()).await;
    }
}

#[mediator(serves(), clock = self.clock, timer = self.clock)]
struct Office {
    clock: VirtualClock,
    #[pipeline(commands: Lock(self.db).lease(LEASE))]
    works: Works,
    #[pipeline(commands: Lock(self.db).lease(LEASE), commands: Transactional(self.db))]
    counts: Counts,
    #[pipeline(Timeout::secs(5), commands: Lock(self.db).by(|rent: &Rent| rent.room.clone()).named("room"))]
    rents: Rents,
    listens: Listens,
    db: Store<Main>,
}

impl Office {
    fn desk(&self) -> &Desk {
        &self.works.0
    }
}

fn over(db: Store<Main>, clock: VirtualClock) -> Office {
    let desk = Arc::new(Desk { clock: clock.clone(), ..Desk::default() });
    let [works, counts, rents, listens] = std::array::from_fn(|_| Arc::clone(&desk));
    Office { clock, works: Works(works), counts: Counts(counts), rents: Rents(rents), listens: Listens(listens), db }
}

fn office(on: &Backing) -> Office {
    let clock = VirtualClock::new();
    over(on.simulated(&clock), clock)
}

fn work(item: u32, then: Then) -> Work {
    Work { item, then }
}

/// Another process takes the lock of an item, as soon as it may.
async fn taken(app: &Office, item: u8) -> Result<Lease, StoreError> {
    Lease::acquire(&app.db, &format!("/{item:02x}"), 1, Duration::from_secs(60)).await
}

on_every_engine! {
    of_one_key_one_at_a_time
    two_nodes_race_and_one_holds_it
    who_waits_too_long_is_told_when_to_come_again
    whoever_vanished_holds_it_for_its_lease
    whoever_is_dropped_gives_it_back
    a_panic_gives_it_back
    held_as_long_as_the_handler_runs
    a_lost_lock_ends_the_handler
    a_lost_lock_ends_what_the_handler_has_sent
    a_fence_refuses_a_late_commit
    a_callers_cancellation_reaches_the_handler
    cancelled_while_it_waits
    a_lock_within_itself_is_refused
    a_key_by_a_function
    fences_never_go_back
}

async fn of_one_key_one_at_a_time(on: Backing) {
    let app = office(&on);
    let mut first = pin!(app.send(work(7, Then::Waits)));
    let mut second = pin!(app.send(Count { item: 7, then: Then::Answer }));
    assert!(poll_once(&mut first).await.is_pending());
    assert!(poll_once(&mut second).await.is_pending(), "another message of the key waits");
    let other = app.send(work(8, Then::Answer)).await.unwrap();
    app.desk().go_on.notify_one();
    let fences = [first.await.unwrap(), second.await.unwrap()];
    assert!(fences[0] < other && other < fences[1], "{fences:?} {other}");
    assert_eq!(accounts(&app.db).await, [(7, 1)]);
}

async fn two_nodes_race_and_one_holds_it(on: Backing) {
    // On threads: nodes of their own over one store, whose handlers count without a transaction.
    let db = on.open::<Main>();
    let (inside, order) = (Arc::new(AtomicBool::new(false)), Arc::new(Mutex::new(Vec::new())));
    let mut racers = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let node = Node { races: Races { inside: Arc::clone(&inside), order: Arc::clone(&order) }, db: db.clone() };
        racers.spawn(async move {
            for _ in 0..10 {
                node.send(Race).await.unwrap();
            }
        });
    }
    racers.join_all().await;
    let order = order.lock().unwrap();
    assert_eq!(order.len(), 80);
    assert!(order.is_sorted_by(|before, after| before < after), "fences grow in the order of the holders: {order:?}");
}

#[command]
struct Race;

struct Races {
    inside: Arc<AtomicBool>,
    order: Arc<Mutex<Vec<u64>>>,
}

#[handler]
impl Races {
    async fn race(&self, _: Race, cx: &mut Context<impl Fenced>) {
        assert!(!self.inside.swap(true, SeqCst), "two are inside");
        tokio::task::yield_now().await;
        self.order.lock().unwrap().push(cx.fence());
        assert!(self.inside.swap(false, SeqCst));
    }
}

#[mediator]
struct Node {
    #[pipeline(Lock(self.db).by(|_: &Race| 0))]
    races: Races,
    db: Store<Main>,
}

async fn who_waits_too_long_is_told_when_to_come_again(on: Backing) {
    let app = office(&on);
    let rent = |then| app.send(Rent { room: "7".into(), then });
    let mut first = pin!(rent(Then::Waits));
    assert!(poll_once(&mut first).await.is_pending());
    let (told, waits) = drive(&app.clock, rent(Then::Answer)).await;
    let told = told.unwrap_err();
    assert_eq!((told.code(), told.class()), ("catga.store.in_progress", Class::Transient));
    assert!(told.retry_after().is_some());
    let waited: Duration = waits.into_iter().sum();
    assert_eq!(waited, Duration::from_millis(4_990), "shortly before its deadline");
}

async fn whoever_vanished_holds_it_for_its_lease(on: Backing) {
    let app = office(&on);
    let vanished = Lease::acquire(&app.db, "/07", 1, Duration::from_secs(9)).await.unwrap();
    let (fence, waits) = drive(&app.clock, app.send(work(7, Then::Answer))).await;
    assert!(fence.unwrap() > vanished.claim().fence);
    assert_eq!(waits.into_iter().sum::<Duration>(), Duration::from_secs(9));
}

async fn whoever_is_dropped_gives_it_back(on: Backing) {
    let app = office(&on);
    {
        let mut first = pin!(app.send(work(7, Then::Waits)));
        assert!(poll_once(&mut first).await.is_pending());
        let mut waiting = pin!(app.send(work(7, Then::Waits)));
        assert!(poll_once(&mut waiting).await.is_pending());
        assert!(taken(&app, 7).await.is_err());
    }
    taken(&app, 7).await.unwrap();
}

async fn a_panic_gives_it_back(on: Backing) {
    let app = office(&on);
    let panicking = std::panic::AssertUnwindSafe(app.send(work(7, Then::Panics)));
    assert!(futures_util::FutureExt::catch_unwind(panicking).await.is_err());
    app.send(work(7, Then::Answer)).await.unwrap();
}

async fn held_as_long_as_the_handler_runs(on: Backing) {
    let app = office(&on);
    let mut first = pin!(app.send(work(7, Then::Takes(Duration::from_secs(20)))));
    for _ in 0..19 {
        assert!(poll_once(&mut first).await.is_pending());
        assert!(taken(&app, 7).await.is_err());
        assert_eq!(app.clock.advance_to_next(), Some(LEASE / 2));
    }
    drive(&app.clock, first).await.0.unwrap();
    let lease = taken(&app, 7).await.unwrap();
    lease.release(&app.db).await.unwrap();
}

async fn a_lost_lock_ends_the_handler(on: Backing) {
    let app = office(&on);
    let mut first = pin!(app.send(work(7, Then::Listens)));
    assert!(poll_once(&mut first).await.is_pending());
    // It stands still for longer than its lease, and another is faster than its renewal.
    app.clock.advance(LEASE);
    let other = taken(&app, 7).await.unwrap();
    let told = first.await.unwrap_err();
    assert_eq!((told.code(), told.class()), ("catga.delivery.lock_lost", Class::Unknown));
    assert_eq!(app.desk().notes(), ["told"], "once more it was polled");
    // It has not given back what is another's.
    let mut work = app.db.begin().unwrap();
    other.guard(&mut work);
    ACCOUNTS.put(&mut work, &1, &1).unwrap();
    work.commit().await.unwrap();
}

async fn loses(app: &Office, holder: impl Future<Output = Result<u64, Error>>, item: u8) {
    let mut holder = pin!(holder);
    assert!(poll_once(&mut holder).await.is_pending());
    app.clock.advance(LEASE);
    let _other = taken(app, item).await.unwrap();
    assert_eq!(holder.await.unwrap_err().code(), "catga.delivery.lock_lost");
    assert_eq!(app.desk().notes(), ["told"]);
}

async fn a_lost_lock_ends_what_the_handler_has_sent(on: Backing) {
    let app = office(&on);
    loses(&app, app.send(work(7, Then::SendsListener)), 7).await;
    loses(&app, app.send(Count { item: 8, then: Then::SendsListener }), 8).await;
    assert!(accounts(&app.db).await.is_empty());
}

async fn a_fence_refuses_a_late_commit(on: Backing) {
    let app = office(&on);
    let mut first = pin!(app.send(Count { item: 7, then: Then::Waits }));
    assert!(poll_once(&mut first).await.is_pending());
    app.clock.advance(LEASE);
    taken(&app, 7).await.unwrap();
    // It goes on before it asks for its lock again.
    app.desk().go_on.notify_one();
    let refused = first.await.unwrap_err();
    assert_eq!((refused.code(), refused.class()), ("catga.store.lost", Class::Permanent));
    assert!(accounts(&app.db).await.is_empty());
}

async fn a_callers_cancellation_reaches_the_handler(on: Backing) {
    let app = office(&on);
    for then in [Then::Listens, Then::SendsListener] {
        let cancel = Cancel::new();
        let mut first = pin!(app.send_with(work(7, then), Call::new().cancel(&cancel)));
        assert!(poll_once(&mut first).await.is_pending());
        assert!(app.desk().notes().is_empty());
        cancel.cancel();
        assert!(poll_once(&mut first).await.is_pending(), "it is told, and not cut off");
        assert_eq!(app.desk().notes(), ["told"]);
    }
    let cancel = Cancel::new();
    let mut late = pin!(app.send_with(Count { item: 7, then: Then::Waits }, Call::new().cancel(&cancel)));
    assert!(poll_once(&mut late).await.is_pending());
    cancel.cancel();
    app.desk().go_on.notify_one();
    assert_eq!(late.await, Err(Error::Cancelled));
    assert!(accounts(&app.db).await.is_empty(), "what is cancelled does not commit");
}

async fn cancelled_while_it_waits(on: Backing) {
    let app = office(&on);
    let mut first = pin!(app.send(work(7, Then::Waits)));
    assert!(poll_once(&mut first).await.is_pending());
    let cancel = Cancel::new();
    let mut second = pin!(app.send_with(Count { item: 7, then: Then::Answer }, Call::new().cancel(&cancel)));
    assert!(poll_once(&mut second).await.is_pending());
    cancel.cancel();
    app.desk().go_on.notify_one();
    first.await.unwrap();
    assert_eq!(second.await, Err(Error::Cancelled));
    assert!(accounts(&app.db).await.is_empty());
    taken(&app, 7).await.unwrap();
}

async fn a_lock_within_itself_is_refused(on: Backing) {
    let app = office(&on);
    let refused = app.send(work(7, Then::Sends)).await.unwrap_err();
    assert_eq!((refused.code(), refused.class()), ("catga.delivery.lock_nested", Class::Permanent));
    app.send(work(7, Then::SendsOther)).await.unwrap();
    assert_eq!(accounts(&app.db).await, [(8, 1)]);
}

async fn a_key_by_a_function(on: Backing) {
    let app = office(&on);
    let rent = |room: &str, then| app.send(Rent { room: room.into(), then });
    let mut first = pin!(rent("a", Then::Waits));
    assert!(poll_once(&mut first).await.is_pending());
    let mut second = pin!(rent("a", Then::Answer));
    assert!(poll_once(&mut second).await.is_pending());
    let other = rent("b", Then::Answer).await.unwrap();
    app.desk().go_on.notify_one();
    let first = first.await.unwrap();
    assert!(first < other && other < second.await.unwrap());
}

async fn fences_never_go_back(on: Backing) {
    let mut last = 0;
    for _ in 0..3 {
        let app = office(&on);
        for n in 0..3 {
            let fence = app.send(work(7, Then::Answer)).await.unwrap();
            assert!(fence > last, "{fence} after {last}");
            last = fence;
            if n == 1 {
                // Nor after one that was never given back.
                last = taken(&app, 7).await.unwrap().claim().fence;
                app.clock.advance(Duration::from_secs(60));
            }
        }
        if matches!(on, Backing::Memory) {
            return;
        }
        // And not in the next process.
    }
}

/// A store that takes no commits while it is out of order.
struct Sick {
    memory: Memory,
    is_sick: Arc<AtomicBool>,
}

impl Engine for Sick {
    fn snapshot(&self) -> Result<Box<dyn Snapshot>, StoreError> {
        self.memory.snapshot()
    }

    fn commit(&self, group: &[Member]) -> Vec<Answer> {
        match self.is_sick.load(SeqCst) {
            true => group.iter().map(|_| Answer::Conflict(Clash::TooOld)).collect(),
            false => self.memory.commit(group),
        }
    }

    fn identity(&self) -> Identity {
        self.memory.identity()
    }

    fn head(&self) -> u64 {
        self.memory.head()
    }
}

fn sick() -> (Office, Arc<AtomicBool>) {
    let (clock, is_sick) = (VirtualClock::new(), Arc::<AtomicBool>::default());
    let engine = Sick { memory: Memory::new(&SystemRandom), is_sick: Arc::clone(&is_sick) };
    let options = StoreOptions::default().writer(Inline).clock(clock.clone());
    (over(Store::with(engine, options).unwrap(), clock), is_sick)
}

#[tokio::test]
async fn a_store_that_cannot_be_asked_for_a_whole_lease_loses_the_lock() {
    let (app, is_sick) = sick();
    let mut first = pin!(app.send(work(7, Then::Listens)));
    assert!(poll_once(&mut first).await.is_pending());
    is_sick.store(true, SeqCst);
    let (told, waits) = drive(&app.clock, first).await;
    assert_eq!(told.unwrap_err().code(), "catga.delivery.lock_lost");
    assert_eq!(waits.into_iter().sum::<Duration>(), LEASE);
    assert_eq!(app.desk().notes(), ["told"]);
}

#[tokio::test]
async fn a_store_that_comes_back_in_time_does_not() {
    let (app, is_sick) = sick();
    let mut first = pin!(app.send(work(7, Then::Takes(LEASE * 10))));
    for n in 0..30 {
        assert!(poll_once(&mut first).await.is_pending());
        app.clock.advance_to_next().unwrap();
        // Two renewals of three fail.
        is_sick.store(n % 3 != 0, SeqCst);
    }
    is_sick.store(false, SeqCst);
    drive(&app.clock, first).await.0.unwrap();
    taken(&app, 7).await.unwrap();
}
