//! An inbox and a transaction on one store: an effect, what is published with it, and that the message has had it are
//! one commit. On every store; what is around this file is its `world`.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::time::Duration;

use catga::codec::{Codec as _, Encode as _, Postcard};
use catga::contract::Contract;
use catga::delivery::{Admitted, Arrival, DeadLetters, Entry, Inbox, Letter, OUTBOX, Redelivery, StoreInbox};
use catga::envelope::{Envelope, Kind, WireKey};
use catga::id::Id;
use catga::prelude::*;
use catga::store::port::Drains;
use catga::testing::VirtualClock;
use catga::transport::memory::Memory;
use catga::transport::{Delivers as _, Endpoint, Parcel};
use catga_tests::{Trouble, scenarios, until};
use serde::{Deserialize, Serialize};

use super::world::{Base, Main, ONE_WRITER, Place, Tx, count, counted, counting};

scenarios! { 4:
    g3_killed_between_the_commit_and_the_record_it_is_done_once
    of_several_handlers_those_that_have_done_it_do_not_run_again
    g2_two_consumers_that_both_run_it_commit_once
    another_message_under_its_id_is_not_taken_for_done
}

const LEASE: Duration = Duration::from_millis(60);

#[event(qos = 2)]
#[derive(Clone, Serialize, Deserialize)]
struct Settled {
    item: u32,
}

#[command(qos = 2, reply = u32)]
#[derive(Clone, Serialize, Deserialize)]
struct Settle {
    item: u32,
}

/// What both publish with their effect.
#[event]
#[derive(Clone, Serialize, Deserialize)]
struct Noted {
    item: u32,
}

#[contract]
struct Settlements(#[event] Settled, Settle);

/// Those whose effect is in the transaction.
#[derive(Default)]
struct Counts {
    runs: AtomicU32,
    /// The first waits until so many run.
    together: AtomicU32,
}

impl Counts {
    async fn run(&self) {
        self.runs.fetch_add(1, SeqCst);
        while self.runs.load(SeqCst) < self.together.load(SeqCst) {
            tokio::task::yield_now().await;
        }
    }
}

#[handler]
impl Counts {
    async fn on_settled(
        &self,
        event: &Settled,
        cx: &mut Context<impl Within<Main, Tx> + Publishes<Noted>>,
    ) -> Result<(), Failure> {
        self.run().await;
        count(cx.tx(), event.item).await.map_err(Failure::from_error)?;
        cx.publish(Noted { item: event.item }).await.map_err(Failure::from_error)
    }

    async fn settle(
        &self,
        cmd: Settle,
        cx: &mut Context<impl Within<Main, Tx> + Publishes<Noted>>,
    ) -> Result<u32, Error> {
        self.run().await;
        count(cx.tx(), cmd.item).await.map_err(Error::refused)?;
        cx.publish(Noted { item: cmd.item }).await.map_err(Error::refused)?;
        Ok(cmd.item)
    }
}

/// One without a transaction.
#[derive(Default)]
struct Plain {
    runs: AtomicU32,
    failing: AtomicU32,
}

#[handler]
impl Plain {
    fn on_settled(&self, _: &Settled) -> Result<(), Trouble> {
        self.runs.fetch_add(1, SeqCst);
        match self.failing.fetch_update(SeqCst, SeqCst, |left| left.checked_sub(1)) {
            Ok(_) => Err(Trouble::Busy),
            Err(_) => Ok(()),
        }
    }

    fn on_noted(&self, _: &Noted) {}
}

/// Its time stands still: no claim has to be renewed in time, and the one that is to be lost is not.
#[mediator(serves, clock = self.still, timer = self.still)]
struct Books {
    still: VirtualClock,
    #[pipeline(events: Transactional(self.db), commands: Transactional(self.db))]
    counts: Counts,
    plain: Plain,
    db: Base,
}

/// An inbox whose process ends now and then when the handlers have succeeded: nothing is kept, and nothing given back.
/// And nothing is renewed, as leases are over by the store's clock, and renewals come by another.
struct Cut {
    inbox: StoreInbox<Base>,
    left: Arc<AtomicU32>,
}

impl Inbox for Cut {
    type Claim = <StoreInbox<Base> as Inbox>::Claim;

    fn lease(&self) -> Duration {
        Inbox::lease(&self.inbox)
    }

    async fn claim(&self, arrival: Arrival<'_>) -> Result<Admitted<Self::Claim>, Failure> {
        Inbox::claim(&self.inbox, arrival).await
    }

    async fn renew(&self, _: &Self::Claim) -> Result<bool, Failure> {
        Ok(true)
    }

    async fn keep(&self, claim: Self::Claim) -> Result<(), Failure> {
        match self.left.fetch_update(SeqCst, SeqCst, |left| left.checked_sub(1)) {
            Ok(_) => Err(Failure::new("test.cut", Class::Transient)),
            Err(_) => self.inbox.keep(claim).await,
        }
    }

    async fn release(&self, claim: Self::Claim) {
        self.inbox.release(claim).await;
    }

    fn entry<'c>(&'c self, claim: &'c Self::Claim) -> Option<Entry<'c>> {
        self.inbox.entry(claim)
    }
}

#[derive(Default)]
struct Dead(Mutex<Vec<&'static str>>);

impl DeadLetters for &Dead {
    async fn bury(&self, letter: Letter<'_>) -> Result<(), Failure> {
        self.0.lock().unwrap().push(letter.code);
        Ok(())
    }
}

struct World {
    _place: Place,
    clock: VirtualClock,
    wire: Memory,
    dead: Dead,
    books: Books,
}

async fn world() -> World {
    let (place, db, clock) = counting().await;
    let books = Books { still: VirtualClock::new(), counts: Counts::default(), plain: Plain::default(), db };
    World { _place: place, clock, wire: Memory::default(), dead: Dead::default(), books }
}

type Once<'d> = Consumer<Memory, &'d Dead, (), Cut>;

impl World {
    fn consumer(&self, cuts: u32) -> (Once<'_>, Arc<AtomicU32>) {
        let left = Arc::new(AtomicU32::new(cuts));
        let inbox = Cut { inbox: StoreInbox::new(&self.books.db).lease(LEASE), left: Arc::clone(&left) };
        let again = Redelivery::attempts(10_000).base(Duration::from_millis(1)).cap(Duration::from_millis(5));
        let consumer = Consumer::new(self.wire.clone(), "books", &self.dead).redelivery(again).concurrency(4);
        (consumer.inbox(inbox), left)
    }

    async fn tell<T: Serialize>(&self, kind: Kind, name: &str, id: u64, message: &T) {
        let mut bytes = Vec::new();
        Envelope::new(kind, Id::new(id), WireKey::of(name), Postcard::ID).encode_head(&mut bytes).unwrap();
        Postcard::encode(message, &mut bytes).unwrap();
        let to = Endpoint::new(<Settlements as Contract>::MEMBERS[0].endpoint);
        self.wire.publish(to, Parcel::new(id, bytes.into())).await.unwrap();
    }

    async fn settled(&self, id: u64, item: u32) {
        self.tell(Kind::Event, "Settled", id, &Settled { item }).await;
    }

    async fn settle(&self, id: u64, item: u32) {
        self.tell(Kind::Command, "Settle", id, &Settle { item }).await;
    }

    /// Runs the consumers until the script has ended.
    async fn run<F: Future>(&self, consumers: &[&Once<'_>], script: F) -> F::Output {
        let stop = Cancel::new();
        let each = consumers.iter().map(|consumer| consumer.consume::<Settlements, _>(&self.books, &stop));
        let mut running = Box::pin(futures_util::future::join_all(each));
        let output = until(&mut running, async {
            reached(|| consumers.iter().all(|consumer| consumer.stats().subscribed == 1)).await;
            script.await
        })
        .await;
        stop.cancel();
        for ended in running.await {
            ended.unwrap();
        }
        output
    }

    /// Until so many deliveries have come to an end. Whenever one was refused, the leases end: whoever has failed to keep a
    /// message holds it still.
    async fn moving(&self, consumers: &[&Once<'_>], ends: u64) {
        let mut seen = 0;
        loop {
            let stats = consumers.iter().map(|consumer| consumer.stats());
            let (ended, refused) = stats.fold((0, 0), |(ended, refused), stats| {
                (ended + stats.done + stats.repeated + stats.lost, refused + stats.retried)
            });
            if ended >= ends {
                return;
            }
            if refused > seen {
                seen = refused;
                self.clock.advance(LEASE);
            }
            tokio::task::yield_now().await;
        }
    }

    /// Each of these items was counted once, and told of once.
    async fn counted_once(&self, items: &[i64]) {
        let once: Vec<(i64, i64)> = items.iter().map(|item| (*item, 1)).collect();
        assert_eq!(counted(&self.books.db).await, once);
        let told = Drains::backlog(&self.books.db, &OUTBOX).await.unwrap();
        assert_eq!(told, items.len() as u64, "what was published belongs to the effects");
    }
}

async fn reached(is_there: impl Fn() -> bool) {
    while !is_there() {
        tokio::task::yield_now().await;
    }
}

async fn g3_killed_between_the_commit_and_the_record_it_is_done_once() {
    let world = world().await;
    let (consumer, left) = world.consumer(2);
    world
        .run(&[&consumer], async {
            world.settled(1, 1).await;
            world.settle(2, 2).await;
            reached(|| left.load(SeqCst) == 0).await;
            world.counted_once(&[1, 2]).await;
            // Nobody has heard of it, and the leases end.
            world.moving(&[&consumer], 2).await;
            world.settled(1, 1).await;
            world.settle(2, 2).await;
            world.moving(&[&consumer], 4).await;
        })
        .await;
    world.counted_once(&[1, 2]).await;
    assert_eq!(world.books.counts.runs.load(SeqCst), 2, "what has committed does not even run");
    assert!(world.books.plain.runs.load(SeqCst) >= 2, "without a transaction it runs again");
    // The command was done before it came again; of the event a handler was left.
    assert_eq!((consumer.stats().done, consumer.stats().repeated), (1, 3));
    assert!(world.dead.0.lock().unwrap().is_empty());
}

async fn of_several_handlers_those_that_have_done_it_do_not_run_again() {
    let world = world().await;
    world.books.plain.failing.store(3, SeqCst);
    let (consumer, _) = world.consumer(0);
    world
        .run(&[&consumer], async {
            world.settled(1, 1).await;
            reached(|| consumer.stats().done == 1).await;
        })
        .await;
    world.counted_once(&[1]).await;
    assert_eq!(world.books.counts.runs.load(SeqCst), 1);
    assert_eq!(world.books.plain.runs.load(SeqCst), 4);
}

async fn g2_two_consumers_that_both_run_it_commit_once() {
    let world = world().await;
    // With one writer whoever comes second waits for the commit of the first.
    let together = if ONE_WRITER { 1 } else { 2 };
    world.books.counts.together.store(together, SeqCst);
    let (one, _) = world.consumer(0);
    let (other, _) = world.consumer(0);
    world
        .run(&[&one, &other], async {
            world.settle(1, 1).await;
            reached(|| world.books.counts.runs.load(SeqCst) == 1).await;
            // Whoever has it stands still for longer than its lease.
            world.clock.advance(LEASE);
            world.settle(1, 1).await;
            world.moving(&[&one, &other], 2).await;
        })
        .await;
    world.counted_once(&[1]).await;
    assert!(world.books.counts.runs.load(SeqCst) >= together, "they have run it");
}

async fn another_message_under_its_id_is_not_taken_for_done() {
    let world = world().await;
    let (consumer, left) = world.consumer(1);
    world
        .run(&[&consumer], async {
            world.settle(7, 1).await;
            reached(|| left.load(SeqCst) == 0).await;
            world.settle(7, 9).await;
            reached(|| consumer.stats().buried == 1).await;
            world.moving(&[&consumer], 1).await;
        })
        .await;
    world.counted_once(&[1]).await;
    assert_eq!(*world.dead.0.lock().unwrap(), ["catga.store.mismatch"]);
}
