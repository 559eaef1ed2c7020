//! QoS 2 by a consumer's inbox in a store: what it knows is not handled again. On every store; what is around this file
//! is its `world`.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::time::Duration;

use catga::Remote;
use catga::codec::{Codec as _, Encode as _, Postcard};
use catga::contract::Contract;
use catga::delivery::{DeadLetters, Letter, Redelivery, StoreInbox};
use catga::envelope::{Envelope, Kind, WireKey};
use catga::id::Id;
use catga::prelude::*;
use catga::testing::VirtualClock;
use catga::transport::memory::Memory;
use catga::transport::{Delivers as _, Endpoint, Parcel};
use catga_tests::{Trouble, scenarios, until};
use serde::{Deserialize, Serialize};
use tokio::sync::{Notify, Semaphore};

use super::world::{Base, Place, counting};

scenarios! { 6:
    a_repeat_is_acknowledged_unseen
    of_two_processes_at_a_time_one_runs
    what_failed_is_no_repeat
    another_message_under_its_id_is_a_dead_letter
    what_was_long_ago_can_be_forgotten
    what_was_sent_before_what_is_remembered_is_a_dead_letter
}

#[event(qos = 2)]
#[derive(Clone, Serialize, Deserialize)]
struct Settled {
    cents: u64,
}

#[contract]
struct Settlements(#[event] Settled);

struct Ledger {
    next: Mutex<VecDeque<Trouble>>,
    settled: Mutex<Vec<u64>>,
    is_slow: bool,
    begun: Semaphore,
    go_on: Notify,
}

#[handler]
impl Ledger {
    async fn on_settled(&self, event: &Settled) -> Result<(), Trouble> {
        self.begun.add_permits(1);
        if self.is_slow {
            self.go_on.notified().await;
        }
        if let Some(trouble) = self.next.lock().unwrap().pop_front() {
            return Err(trouble);
        }
        self.settled.lock().unwrap().push(event.cents);
        Ok(())
    }
}

/// Its time stands still, so that no claim has to be renewed in time.
#[mediator(clock = self.still, timer = self.still)]
struct Books {
    ledger: Ledger,
    still: VirtualClock,
}

impl Books {
    fn new(is_slow: bool) -> Self {
        let (next, settled) = (Mutex::default(), Mutex::default());
        let ledger = Ledger { next, settled, is_slow, begun: Semaphore::new(0), go_on: Notify::new() };
        Self { ledger, still: VirtualClock::new() }
    }

    fn settled(&self) -> Vec<u64> {
        self.ledger.settled.lock().unwrap().clone()
    }

    /// Until one more of its handlers runs.
    async fn begun(&self) {
        self.ledger.begun.acquire().await.unwrap().forget();
    }
}

#[mediator]
struct Shop {
    books: Remote<Memory, Settlements>,
}

#[derive(Default)]
struct Dead(Mutex<Vec<&'static str>>);

impl DeadLetters for &Dead {
    async fn bury(&self, letter: Letter<'_>) -> Result<(), Failure> {
        self.0.lock().unwrap().push(letter.code);
        Ok(())
    }
}

type Once<'d> = Consumer<Memory, &'d Dead, (), StoreInbox<Base>>;

fn consumer<'d>(wire: &Memory, dead: &'d Dead, db: &Base) -> Once<'d> {
    let again = Redelivery::attempts(5).base(Duration::from_millis(1));
    // It is told to come again after the lease, in truth. The store's own clock and the mediator's stand still, so none
    // is lost.
    let inbox = StoreInbox::new(db).lease(Duration::from_millis(60));
    Consumer::new(wire.clone(), "books", dead).inbox(inbox).redelivery(again)
}

struct World {
    place: Place,
    db: Base,
    clock: VirtualClock,
    wire: Memory,
    shop: Shop,
    dead: Dead,
}

async fn world() -> World {
    let (place, db, clock) = counting().await;
    let wire = Memory::default();
    let shop = Shop { books: Remote::new(wire.clone()) };
    World { place, db, clock, wire, shop, dead: Dead::default() }
}

impl World {
    async fn settle(&self, id: u64, cents: u64) {
        self.shop.publish_with(Settled { cents }, Call::new().id(Id::new(id))).await.unwrap();
    }

    /// Runs the consumers, each with its mediator, until the script has ended.
    async fn run<F: Future>(&self, consumers: &[(&Once<'_>, &Books)], script: F) -> F::Output {
        let stop = Cancel::new();
        let each = consumers.iter().map(|(consumer, books)| consumer.consume::<Settlements, _>(*books, &stop));
        let mut running = Box::pin(futures_util::future::join_all(each));
        let output = until(&mut running, async {
            for (consumer, _) in consumers {
                reached(|| consumer.stats().subscribed == 1).await;
            }
            script.await
        })
        .await;
        stop.cancel();
        for ended in running.await {
            ended.unwrap();
        }
        output
    }
}

async fn reached(is_there: impl Fn() -> bool) {
    while !is_there() {
        tokio::task::yield_now().await;
    }
}

async fn a_repeat_is_acknowledged_unseen() {
    let (world, books) = (world().await, Books::new(false));
    let first = consumer(&world.wire, &world.dead, &world.db);
    world
        .run(&[(&first, &books)], async {
            for _ in 0..3 {
                world.settle(1, 10).await;
                world.settle(2, 20).await;
            }
            reached(|| first.stats().done + first.stats().repeated == 6).await;
        })
        .await;
    assert_eq!((first.stats().done, first.stats().repeated), (2, 4));
    // Nothing of the first consumer is left but what the store knows.
    let next = consumer(&world.wire, &world.dead, &world.place.at(&world.clock).await);
    world
        .run(&[(&next, &books)], async {
            world.settle(2, 20).await;
            reached(|| next.stats().repeated == 1).await;
        })
        .await;
    assert_eq!(books.settled(), [10, 20]);
}

async fn of_two_processes_at_a_time_one_runs() {
    let world = world().await;
    let (one_books, other_books) = (Books::new(true), Books::new(true));
    let one = consumer(&world.wire, &world.dead, &world.db).concurrency(4);
    let other = consumer(&world.wire, &world.dead, &world.place.at(&world.clock).await).concurrency(4);
    world
        .run(&[(&one, &one_books), (&other, &other_books)], async {
            for _ in 0..4 {
                world.settle(1, 10).await;
            }
            let first = futures_util::future::select(Box::pin(one_books.begun()), Box::pin(other_books.begun()));
            let of = first.await;
            one_books.ledger.go_on.notify_one();
            other_books.ledger.go_on.notify_one();
            drop(of);
            reached(|| one.stats().repeated + other.stats().repeated == 3).await;
        })
        .await;
    assert_eq!(one.stats().done + other.stats().done, 1);
    assert_eq!([one_books.settled(), other_books.settled()].concat(), [10]);
}

async fn what_failed_is_no_repeat() {
    let (world, books) = (world().await, Books::new(false));
    books.ledger.next.lock().unwrap().extend([Trouble::Busy, Trouble::Busy, Trouble::Wrong]);
    let consumer = consumer(&world.wire, &world.dead, &world.db);
    world
        .run(&[(&consumer, &books)], async {
            world.settle(1, 10).await;
            reached(|| consumer.stats().buried == 1).await;
            // What was buried may be published again, and is new.
            world.settle(1, 10).await;
            reached(|| consumer.stats().done == 1).await;
            world.settle(1, 10).await;
            reached(|| consumer.stats().repeated == 1).await;
        })
        .await;
    assert_eq!(books.settled(), [10]);
    assert_eq!(world.dead.0.lock().unwrap().len(), 1);
}

async fn another_message_under_its_id_is_a_dead_letter() {
    let (world, books) = (world().await, Books::new(false));
    let consumer = consumer(&world.wire, &world.dead, &world.db);
    world
        .run(&[(&consumer, &books)], async {
            world.settle(7, 10).await;
            reached(|| consumer.stats().done == 1).await;
            world.settle(7, 20).await;
            reached(|| consumer.stats().buried == 1).await;
        })
        .await;
    assert_eq!(books.settled(), [10]);
    assert_eq!(*world.dead.0.lock().unwrap(), ["catga.store.mismatch"]);
}

async fn what_was_long_ago_can_be_forgotten() {
    let (world, books) = (world().await, Books::new(false));
    let consumer = consumer(&world.wire, &world.dead, &world.db);
    let inbox = StoreInbox::new(&world.db);
    let minute = Duration::from_secs(60);
    world
        .run(&[(&consumer, &books)], async {
            world.settle(1, 10).await;
            reached(|| consumer.stats().done == 1).await;
            assert_eq!(inbox.trim(minute, 10).await.unwrap(), 0, "it was just now");
            world.clock.advance(minute + Duration::from_secs(1));
            assert_eq!(inbox.trim(minute, 10).await.unwrap(), 1);
            world.settle(1, 10).await;
            reached(|| consumer.stats().done == 2).await;
        })
        .await;
    assert_eq!(books.settled(), [10, 10]);
}

async fn what_was_sent_before_what_is_remembered_is_a_dead_letter() {
    let (world, books) = (world().await, Books::new(false));
    let consumer = consumer(&world.wire, &world.dead, &world.db);
    let inbox = StoreInbox::new(&world.db);
    let minute = Duration::from_secs(60);
    let publish = async |id: u64, cents: u64, sent: u64| {
        let mut envelope = Envelope::new(Kind::Event, Id::new(id), WireKey::of("Settled"), Postcard::ID);
        envelope.sent = Some(sent);
        let mut bytes = Vec::new();
        envelope.encode_head(&mut bytes).unwrap();
        Postcard::encode(&Settled { cents }, &mut bytes).unwrap();
        let to = <Settlements as Contract>::MEMBERS[0].endpoint;
        world.wire.publish(Endpoint::new(to), Parcel::new(id, bytes.into())).await.unwrap();
    };
    world
        .run(&[(&consumer, &books)], async {
            let began = world.clock.unix_ms();
            publish(1, 10, began).await;
            reached(|| consumer.stats().done == 1).await;
            world.clock.advance(minute + Duration::from_secs(1));
            assert_eq!(inbox.trim(minute, 10).await.unwrap(), 1);
            // What was handled comes again; what nobody has seen was waiting since then, too, and nobody can tell.
            publish(1, 10, began).await;
            publish(2, 20, began + 14_000).await;
            reached(|| consumer.stats().buried == 2).await;
            // What was sent later is new.
            publish(3, 30, began + 20_000).await;
            reached(|| consumer.stats().done == 2).await;
            // And a mark does not go back; what was claimed and given up does not count.
            assert_eq!(inbox.trim(minute * 2, 10).await.unwrap(), 0);
            publish(4, 40, began).await;
            reached(|| consumer.stats().buried == 3).await;
        })
        .await;
    assert_eq!(books.settled(), [10, 30]);
    assert_eq!(*world.dead.0.lock().unwrap(), ["catga.delivery.too_old"; 3]);
}
