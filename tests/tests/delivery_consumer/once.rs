//! QoS 2: what the inbox knows is not handled again.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::time::Duration;

use catga::Remote;
use catga::delivery::{Admitted, Arrival, Inbox, Redelivery, StoreInbox};
use catga::envelope::Kind;
use catga::prelude::*;
use catga::store::writer::Inline;
use catga::store::{Memory, Store};
use catga::testing::{SeededRandom, VirtualClock};
use catga::transport::{Endpoint, Parcel};
use futures_util::future::{Either, join, join_all, select};

use crate::faulty::{Fault, Faulty};
use crate::parts::{Act, Letters, Settled, Settlements, Trouble};
use crate::world::{DEADLINE, SECOND, World, bytes, turns, until};

struct Main;

type OnceBy<I> = Consumer<Faulty, Arc<Letters>, (), I>;
type Once = OnceBy<StoreInbox<Store<Main>>>;

const SETTLEMENTS: Endpoint<'static> = Endpoint::new("settlements");
const LEASE: Duration = Duration::from_secs(12);

struct Books {
    world: World,
    store: Store<Main>,
}

impl Books {
    fn new() -> Self {
        let world = World::new(Fault::Nothing);
        let options = Store::<Main>::options().writer(Inline).clock(world.clock.clone());
        let store = Store::with(Memory::new(&SeededRandom::new(3)), options).unwrap();
        Self { world, store }
    }

    fn consumer(&self, group: &str) -> Once {
        self.consumer_with(group, StoreInbox::new(&self.store).lease(LEASE))
    }

    fn consumer_with<I: Inbox>(&self, group: &str, inbox: I) -> OnceBy<I> {
        let consumer = Consumer::new(self.world.wire.clone(), group, self.world.letters.clone());
        consumer.inbox(inbox).redelivery(Redelivery::attempts(5).base(SECOND))
    }

    /// Runs the consumers until the script has ended.
    fn run<I: Inbox, F: Future>(&self, consumers: &[&OnceBy<I>], script: F) -> F::Output {
        let stop = Cancel::new();
        let shop = &self.world.shop;
        let runs = join_all(consumers.iter().map(|consumer| consumer.consume::<Settlements, _>(shop, &stop)));
        let script = async {
            until(|| consumers.iter().all(|consumer| consumer.stats().subscribed == 1)).await;
            let output = match select(pin!(script), pin!(self.world.clock.sleep(SECOND * 100_000))).await {
                Either::Left((output, _)) => output,
                Either::Right(_) => panic!("the script has not ended"),
            };
            stop.cancel();
            output
        };
        let (results, output) = self.world.drive(join(runs, script));
        assert!(results.iter().all(Result::is_ok), "{results:?}");
        output
    }

    async fn settle(&self, seq: u32) {
        self.world.publish(SETTLEMENTS, settled(u64::from(seq), seq)).await;
    }

    fn attempts(&self) -> Vec<u32> {
        self.world.begun().iter().map(|note| note.attempt).collect()
    }
}

fn settled(id: u64, seq: u32) -> Parcel {
    Parcel::new(id, bytes(Kind::Event, "Settled", id, &Settled { seq }, |_| {}))
}

#[test]
fn a_repeat_is_acknowledged_unseen() {
    let books = Books::new();
    let consumer = books.consumer("books");
    books.run(&[&consumer], async {
        for _ in 0..3 {
            books.settle(1).await;
            books.settle(2).await;
        }
        until(|| consumer.stats().done + consumer.stats().repeated == 6).await;
    });
    assert_eq!((consumer.stats().done, consumer.stats().repeated), (2, 4));
    assert_eq!(books.world.ended(), [1, 2]);
    // Nothing of the first consumer is left but what the store knows.
    let next = books.consumer("books");
    books.run(&[&next], async {
        books.settle(2).await;
        until(|| next.stats().repeated == 1).await;
    });
    assert_eq!(books.world.ended(), [1, 2]);
    assert_eq!(books.world.left(), 0);
}

#[test]
fn of_two_at_a_time_one_runs() {
    let books = Books::new();
    // Longer than a lease: it is renewed.
    books.world.plan(|_| Act::Work(LEASE * 3));
    let (one, other) = (books.consumer("books").concurrency(4), books.consumer("books"));
    books.run(&[&one, &other], async {
        for _ in 0..4 {
            books.settle(1).await;
        }
        until(|| one.stats().repeated + other.stats().repeated == 3).await;
    });
    assert_eq!(one.stats().done + other.stats().done, 1);
    assert_eq!(books.world.ended(), [1]);
    assert_eq!(books.world.begun().len(), 1, "not even begun twice");
    assert_eq!(books.world.left(), 0);
}

#[test]
fn each_group_has_it_once() {
    let books = Books::new();
    let (books_of, audit) = (books.consumer("books"), books.consumer("audit"));
    books.run(&[&books_of, &audit], async {
        books.settle(1).await;
        books.settle(1).await;
        until(|| books_of.stats().repeated == 1 && audit.stats().repeated == 1).await;
    });
    assert_eq!((books_of.stats().done, audit.stats().done), (1, 1));
    assert_eq!(books.world.left(), 0);
}

#[test]
fn what_failed_is_no_repeat() {
    let books = Books::new();
    books.world.plan(|note| match (note.seq, note.attempt) {
        (1, 1) => Act::Fail(Trouble::Busy),
        (1, 2) => Act::Panic,
        (2, _) => Act::Fail(Trouble::Wrong),
        _ => Act::Done,
    });
    let consumer = books.consumer("books");
    books.run(&[&consumer], async {
        books.settle(1).await;
        until(|| consumer.stats().done == 1).await;
        books.settle(2).await;
        until(|| consumer.stats().buried == 1).await;
        // What was buried may be published again, and is new.
        books.world.plan(|_| Act::Done);
        books.settle(2).await;
        until(|| consumer.stats().done == 2).await;
    });
    assert_eq!(books.attempts(), [1, 2, 3, 1, 1]);
    assert_eq!((consumer.stats().repeated, books.world.ended()), (0, vec![1, 2]));
    assert_eq!(books.world.left(), 0);
}

#[test]
fn another_message_under_its_id_is_a_dead_letter() {
    let books = Books::new();
    let consumer = books.consumer("books");
    books.run(&[&consumer], async {
        books.world.publish(SETTLEMENTS, settled(7, 1)).await;
        until(|| consumer.stats().done == 1).await;
        books.world.publish(SETTLEMENTS, settled(7, 2)).await;
        books.world.publish(SETTLEMENTS, settled(0, 3)).await;
        until(|| consumer.stats().buried == 2).await;
    });
    assert_eq!(books.world.ended(), [1]);
    let codes: Vec<_> = books.world.buried().iter().map(|letter| letter.code).collect();
    assert_eq!(codes, ["catga.store.mismatch", "catga.delivery.no_id"]);
    assert_eq!(books.world.left(), 0);
}

#[test]
fn who_vanishes_holds_it_for_its_lease() {
    let books = Books::new();
    books.world.plan(|note| if note.attempt == 1 { Act::Forever } else { Act::Done });
    let consumer = books.consumer("books");
    let stop = Cancel::new();
    books.world.drive(async {
        let consuming = consumer.consume::<Settlements, _>(&books.world.shop, &stop);
        let publishing = async {
            until(|| consumer.stats().subscribed == 1).await;
            books.settle(1).await;
            until(|| !books.world.begun().is_empty()).await;
        };
        // Dropped where it waits, as by a kill.
        match select(pin!(turns(1_000, consuming)), pin!(publishing)).await {
            Either::Left(_) => panic!("it has stopped by itself"),
            Either::Right(_) => {}
        }
    });
    let began = books.world.clock.now();
    let next = books.consumer("books");
    books.run(&[&next], until(|| next.stats().done == 1));
    assert!(books.world.clock.now().since(began) <= DEADLINE + LEASE);
    assert_eq!((books.attempts().len(), books.world.ended()), (2, vec![1]));
    assert_eq!(books.world.left(), 0);
}

#[test]
fn what_was_long_ago_can_be_forgotten() {
    let books = Books::new();
    let consumer = books.consumer("books");
    let inbox = StoreInbox::new(&books.store);
    books.run(&[&consumer], async {
        books.settle(1).await;
        until(|| consumer.stats().done == 1).await;
        assert_eq!(inbox.trim(SECOND * 60, 10).await.unwrap(), 0, "it was just now");
        books.world.sleep(SECOND * 61).await;
        assert_eq!(inbox.trim(SECOND * 60, 10).await.unwrap(), 1);
        books.settle(1).await;
        until(|| consumer.stats().done == 2).await;
    });
    assert_eq!(books.world.ended(), [1, 1]);
}

/// A transport of QoS 1 carries what is of QoS 2: the inbox does the rest.
#[test]
fn a_remote_publishes_what_an_inbox_takes() {
    #[mediator]
    struct Here {
        books: Remote<Faulty, Settlements>,
    }
    let books = Books::new();
    let here = Here { books: Remote::new(books.world.wire.clone()) };
    let consumer = books.consumer("books");
    books.run(&[&consumer], async {
        here.publish(Settled { seq: 4 }).await.unwrap();
        here.publish(Settled { seq: 4 }).await.unwrap();
        until(|| consumer.stats().done == 2).await;
    });
    assert_eq!(books.world.ended(), [4, 4], "alike, and not the same message");
    assert_eq!(books.world.left(), 0);
}

/// Where an inbox breaks.
#[derive(Clone, Copy, PartialEq)]
enum At {
    Claim,
    Renewal,
    Keeping,
    Release,
}

/// An inbox that panics at one place so often, and is another's else.
struct Brittle {
    inner: StoreInbox<Store<Main>>,
    at: At,
    left: AtomicU32,
}

impl Brittle {
    fn breaks(&self, at: At) {
        let left = self.left.load(SeqCst);
        if self.at == at && left > 0 {
            self.left.store(left - 1, SeqCst);
            panic!("on purpose");
        }
    }
}

impl Inbox for Brittle {
    type Claim = <StoreInbox<Store<Main>> as Inbox>::Claim;

    fn lease(&self) -> Duration {
        LEASE
    }

    async fn claim(&self, arrival: Arrival<'_>) -> Result<Admitted<Self::Claim>, Failure> {
        self.breaks(At::Claim);
        self.inner.claim(arrival).await
    }

    async fn renew(&self, claim: &Self::Claim) -> Result<bool, Failure> {
        self.breaks(At::Renewal);
        self.inner.renew(claim).await
    }

    async fn keep(&self, claim: Self::Claim) -> Result<(), Failure> {
        self.breaks(At::Keeping);
        self.inner.keep(claim).await
    }

    async fn release(&self, claim: Self::Claim) {
        self.breaks(At::Release);
        self.inner.release(claim).await;
    }
}

#[test]
fn a_panic_of_the_inbox_is_contained() {
    for (at, left, begun) in [(At::Claim, 2, 1), (At::Renewal, 1, 1), (At::Keeping, 1, 2), (At::Release, 1, 2)] {
        let books = Books::new();
        books.world.plan(move |note| match at {
            At::Renewal => Act::Work(LEASE * 2),
            At::Release if note.attempt == 1 => Act::Fail(Trouble::Busy),
            _ => Act::Done,
        });
        let inner = StoreInbox::new(&books.store).lease(LEASE);
        let consumer = books.consumer_with("books", Brittle { inner, at, left: AtomicU32::new(left) });
        books.run(&[&consumer], async {
            books.settle(1).await;
            until(|| consumer.stats().done == 1).await;
            books.settle(2).await;
            until(|| consumer.stats().done == 2).await;
        });
        assert_eq!(books.world.begun().iter().filter(|note| note.seq == 1).count(), begun);
        assert_eq!(books.world.left(), 0);
    }
}

/// An inbox whose store takes its time to write.
struct Slow {
    inner: StoreInbox<Store<Main>>,
    clock: VirtualClock,
}

const SLOW: Duration = DEADLINE.saturating_mul(2);

impl Inbox for Slow {
    type Claim = <StoreInbox<Store<Main>> as Inbox>::Claim;

    fn lease(&self) -> Duration {
        LEASE
    }

    async fn claim(&self, arrival: Arrival<'_>) -> Result<Admitted<Self::Claim>, Failure> {
        self.inner.claim(arrival).await
    }

    async fn renew(&self, claim: &Self::Claim) -> Result<bool, Failure> {
        self.inner.renew(claim).await
    }

    async fn keep(&self, claim: Self::Claim) -> Result<(), Failure> {
        self.clock.sleep(SLOW).await;
        self.inner.keep(claim).await
    }

    async fn release(&self, claim: Self::Claim) {
        self.clock.sleep(SLOW).await;
        self.inner.release(claim).await;
    }
}

/// The delivery is kept while the inbox writes, and nobody else has it meanwhile.
#[test]
fn a_slow_inbox_loses_no_delivery() {
    let books = Books::new();
    books.world.plan(|note| if note.attempt == 1 { Act::Fail(Trouble::Busy) } else { Act::Done });
    let slow = || Slow { inner: StoreInbox::new(&books.store).lease(LEASE), clock: books.world.clock.clone() };
    let (one, other) = (books.consumer_with("books", slow()), books.consumer_with("books", slow()));
    books.run(&[&one, &other], async {
        books.settle(1).await;
        until(|| one.stats().done + other.stats().done == 1).await;
    });
    assert_eq!((one.stats().lost + other.stats().lost, books.attempts()), (0, vec![1, 2]));
    assert_eq!(books.world.left(), 0);
}

/// Who cannot renew a claim for all of its lease has to take it for another's.
#[test]
fn a_claim_that_cannot_be_renewed_is_lost() {
    let books = Books::new();
    books.world.plan(|note| if note.attempt == 1 { Act::Forever } else { Act::Done });
    let inner = StoreInbox::new(&books.store).lease(LEASE);
    let consumer = books.consumer_with("books", Brittle { inner, at: At::Renewal, left: AtomicU32::new(u32::MAX) });
    books.run(&[&consumer], async {
        books.settle(1).await;
        until(|| consumer.stats().done == 1).await;
    });
    assert_eq!((consumer.stats().lost, books.attempts().len()), (1, 2));
    assert_eq!(books.world.ended(), [1]);
}
