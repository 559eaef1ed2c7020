//! Commands that run once, where the store takes nothing in, and where they take long. On every store; what is around
//! this file is its `world`.

use std::pin::pin;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::time::Duration;

use catga::delivery::Records;
use catga::error::Classify as _;
use catga::id::Id;
use catga::prelude::*;
use catga::store::outbox::OutboxLimits;
use catga::store::port::{Remembers, Transacts};
use catga::store::{Claiming, Idempotency, Outbox};
use catga::testing::VirtualClock;
use catga_tests::{poll_once, scenarios};
use serde::{Deserialize, Serialize};
use tokio::sync::Notify;

use super::world::{Base, Main, Tx, count, counted, counting};

scenarios! { 3:
    a_request_that_is_not_taken_in_leaves_no_claim
    one_key_that_is_full_refuses_its_requests_alone
    of_a_request_that_takes_long_one_runs_at_a_time
}

const SMALL: Outbox = Outbox::new("small").limits(OutboxLimits { rows: 6, per_key: 4, ..OutboxLimits::DEFAULT });
const LEASE: Duration = Duration::from_secs(1);

#[command(critical, key = item, reply = u32)]
#[derive(Clone, Serialize, Deserialize)]
struct Charge {
    item: u32,
}

#[event(key = item)]
#[derive(Serialize, Deserialize)]
struct Charged {
    item: u32,
}

#[derive(Default)]
struct Cards {
    runs: AtomicU32,
    /// The first waits.
    is_slow: bool,
    go_on: Notify,
}

#[handler]
impl Cards {
    async fn charge(
        &self,
        cmd: Charge,
        cx: &mut Context<impl Within<Main, Tx> + Publishes<Charged>>,
    ) -> Result<u32, Error> {
        let run = self.runs.fetch_add(1, SeqCst) + 1;
        if self.is_slow && run == 1 {
            self.go_on.notified().await;
        }
        count(cx.tx(), cmd.item).await.map_err(Error::refused)?;
        cx.publish(Charged { item: cmd.item }).await.map_err(Error::refused)?;
        Ok(run)
    }
}

#[derive(Default)]
struct Mail;

#[handler]
impl Mail {
    fn on_charged(&self, _: &Charged) {}
}

/// On the system's time; its store is not.
#[mediator(serves)]
struct Shop {
    #[pipeline(commands: Idempotent(self.db).outbox(SMALL))]
    cards: Cards,
    mail: Mail,
    db: Base,
}

impl Shop {
    async fn charge(&self, id: u64, item: u32) -> Outcome<Charge> {
        self.send_with(Charge { item }, Call::new().id(Id::new(id))).await
    }

    async fn drain(&self) {
        let (relay, stop) = (Relay::new(&self.db).outbox(SMALL), Cancel::new());
        let drained = async {
            while relay.backlog().await.unwrap() > 0 {
                tokio::task::yield_now().await;
            }
            stop.cancel();
        };
        tokio::join!(relay.run::<Self, _>(self, &stop), drained);
    }
}

fn key(id: u64) -> Vec<u8> {
    [&[0][..], &id.to_be_bytes()].concat()
}

fn is_full(refused: &Error) -> bool {
    (refused.code(), refused.class()) == ("catga.store.overloaded", Class::Transient)
}

async fn a_request_that_is_not_taken_in_leaves_no_claim() {
    let (_place, db, clock) = counting().await;
    let shop = Shop { cards: Cards::default(), mail: Mail, db };
    for id in 1..=6 {
        shop.charge(id, id as u32).await.unwrap();
    }
    let mut head = Transacts::head(&shop.db);
    head.mark_unchanged();
    for _ in 0..2 {
        assert!(is_full(&shop.charge(9, 9).await.unwrap_err()));
    }
    assert!(!head.has_changed().unwrap(), "no claim was written, and none given back");
    assert_eq!(shop.charge(1, 1).await, Ok(1), "what was answered is answered again");
    assert_eq!(shop.cards.runs.load(SeqCst), 6);
    // Nobody has the key: not even another request would be refused.
    let records = Idempotency::new("Charge");
    let theirs = shop.db.claim_reply(&records, &key(9), 77, 1).await.unwrap();
    let Claiming::Yours(claim) = theirs else { panic!("{theirs:?}") };
    // One that is under way is waited for, and not refused.
    let number = <Shop as Records<Charge>>::fingerprint(&Charge { item: 9 }).unwrap();
    shop.db.release_reply(&records, &key(9), claim).await.unwrap();
    let theirs = shop.db.claim_reply(&records, &key(9), number, 1).await.unwrap();
    let Claiming::Yours(claim) = theirs else { panic!("{theirs:?}") };
    let mut waits = pin!(shop.charge(9, 9));
    for _ in 0..100 {
        assert!(poll_once(&mut waits).await.is_pending());
        tokio::task::yield_now().await;
    }
    shop.db.release_reply(&records, &key(9), claim).await.unwrap();
    assert!(is_full(&waits.await.unwrap_err()));

    shop.drain().await;
    clock.advance(LEASE);
    assert_eq!(shop.charge(9, 9).await, Ok(7), "at once");
    let each: Vec<(i64, i64)> = (1..=6).chain([9]).map(|item| (item, 1)).collect();
    assert_eq!(counted(&shop.db).await, each);
}

async fn one_key_that_is_full_refuses_its_requests_alone() {
    let (_place, db, clock) = counting().await;
    let shop = Shop { cards: Cards::default(), mail: Mail, db };
    for id in 1..=4 {
        shop.charge(id, 1).await.unwrap();
    }
    assert!(is_full(&shop.charge(5, 1).await.unwrap_err()));
    assert_eq!(shop.cards.runs.load(SeqCst), 4, "before its handler has run");
    shop.charge(6, 2).await.unwrap();
    shop.charge(7, 3).await.unwrap();
    assert!(is_full(&shop.charge(8, 4).await.unwrap_err()), "now all of it is");
    shop.drain().await;
    clock.advance(LEASE);
    shop.charge(5, 1).await.unwrap();
    assert_eq!(counted(&shop.db).await, [(1, 5), (2, 1), (3, 1)]);
}

#[mediator(serves, clock = self.clock, timer = self.clock)]
struct Slow {
    clock: VirtualClock,
    #[pipeline(commands: Idempotent(self.db).lease(LEASE))]
    cards: Cards,
    mail: Mail,
    db: Base,
}

async fn of_a_request_that_takes_long_one_runs_at_a_time() {
    let (_place, db, clock) = counting().await;
    let cards = Cards { is_slow: true, ..Cards::default() };
    let shop = Slow { clock, cards, mail: Mail, db };
    // Of two keys of their own, so that neither waits for the other's turn.
    let charge = || shop.send_with(Charge { item: 1 }, Call::new().id(Id::new(7)));
    let mut first = Box::pin(charge());
    while shop.cards.runs.load(SeqCst) == 0 {
        assert!(poll_once(&mut first).await.is_pending());
        tokio::task::yield_now().await;
    }
    if !<Base as Remembers>::RENEWS {
        shop.clock.advance(LEASE);
        let lost = first.await.unwrap_err();
        assert_eq!((lost.code(), lost.class()), ("catga.delivery.claim_lost", Class::Unknown));
        assert_eq!(charge().await, Ok(2), "as nothing of the first is there");
        assert_eq!(counted(&shop.db).await, [(1, 1)]);
        return;
    }
    for _ in 0..3 {
        shop.clock.advance(LEASE * 3 / 4);
        assert!(poll_once(&mut first).await.is_pending());
    }
    let records = Idempotency::new("Charge");
    let other = shop.db.claim_reply(&records, &key(7), 77, 1).await.unwrap_err();
    assert_eq!(other.kind(), catga::store::ErrorKind::Mismatch, "it is held still");
    shop.cards.go_on.notify_one();
    assert_eq!(first.await, Ok(1));
    assert_eq!(charge().await, Ok(1));
    assert_eq!((shop.cards.runs.load(SeqCst), counted(&shop.db).await), (1, vec![(1, 1)]));
}
