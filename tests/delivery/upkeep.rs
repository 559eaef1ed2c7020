//! What is old is forgotten by who runs anyway: replies and answers by a relay, and what an inbox knows by its consumer.
//! On every store; what is around this file is its `world`.

use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::time::Duration;

use catga::Remote;
use catga::delivery::{DeadLetters, Effect, Letter, OUTBOX, Records, StoreInbox};
use catga::id::Id;
use catga::prelude::*;
use catga::store::Idempotency;
use catga::store::port::{Drains, Remembers};
use catga::testing::VirtualClock;
use catga::transport::memory::Memory;
use catga_tests::{scenarios, until};
use serde::{Deserialize, Serialize};

use super::world::{Base, Main, Place, Tx, count, counting};

scenarios! { 6:
    a_relay_forgets_replies_that_are_old
    what_was_handled_and_not_marked_before_an_outage_finds_its_reply
    a_relay_keeps_replies_for_a_day_unless_it_is_said
    a_relay_forgets_each_answer_when_its_own_retention_has_passed
    one_that_forwards_forgets_them_too
    a_consumer_has_its_inbox_forget_what_is_old
}

const MINUTE: Duration = Duration::from_secs(60);

#[command(reply = u32)]
#[derive(Clone, Serialize, Deserialize)]
struct Charge {
    item: u32,
}

/// Has a charge done later, and says under which id.
#[command(reply = u64)]
#[derive(Clone, Serialize, Deserialize)]
struct Bill {
    item: u32,
}

#[event(qos = 2)]
#[derive(Clone, Serialize, Deserialize)]
struct Charged {
    item: u32,
}

#[contract]
struct Charges(#[event] Charged);

#[derive(Default)]
struct Cards {
    runs: AtomicU32,
}

#[handler]
impl Cards {
    async fn charge(&self, cmd: Charge, cx: &mut Context<impl Within<Main, Tx>>) -> Result<u32, Error> {
        count(cx.tx(), cmd.item).await.map_err(Error::refused)?;
        Ok(self.runs.fetch_add(1, SeqCst) + 1)
    }
}

struct Bills;

#[handler]
impl Bills {
    async fn bill(&self, cmd: Bill, cx: &mut Context<impl Enqueues<Charge>>) -> Result<u64, Error> {
        cx.enqueue(Charge { item: cmd.item }).await.map(Id::get).map_err(Error::refused)
    }
}

/// Effects outside of the store, each of which keeps its answers for longer than the one before; that of the first is old
/// whenever it is looked for.
const BRIEF: Effect<u32, u32> = Effect::new("brief").retention(MINUTE.saturating_mul(20));
const SHORT: Effect<u32, u32> = Effect::new("short").retention(MINUTE.saturating_mul(60));
const LONG: Effect<u32, u32> = Effect::new("long").retention(MINUTE.saturating_mul(180));

#[command(reply = (u32, u32))]
#[derive(Clone, Serialize, Deserialize)]
struct AskBoth {
    item: u32,
}

#[command(reply = u32)]
#[derive(Clone, Serialize, Deserialize)]
struct AskBriefly;

struct Gateway {
    calls: AtomicU32,
    brief: AtomicU32,
    db: Base,
}

#[handler]
impl Gateway {
    async fn call(&self, cmd: AskBoth, cx: &mut Context<impl Scope>) -> Result<(u32, u32), Error> {
        let call = async |_| Ok(self.calls.fetch_add(1, SeqCst) + 1);
        let short = SHORT.run(&self.db, cx, &cmd.item, call).await?;
        Ok((short, LONG.run(&self.db, cx, &cmd.item, call).await?))
    }

    async fn call_briefly(&self, _: AskBriefly, cx: &mut Context<impl Scope>) -> Result<u32, Error> {
        BRIEF.run(&self.db, cx, &1, async |_| Ok(self.brief.fetch_add(1, SeqCst) + 1)).await
    }
}

#[derive(Default)]
struct Mail {
    heard: AtomicU32,
}

#[handler]
impl Mail {
    fn on_charged(&self, _: &Charged) {
        self.heard.fetch_add(1, SeqCst);
    }
}

/// On the time of its store.
#[mediator(serves, clock = self.clock, timer = self.clock)]
struct Shop {
    clock: VirtualClock,
    #[pipeline(commands: Idempotent(self.db))]
    cards: Cards,
    #[pipeline(commands: Transactional(self.db))]
    bills: Bills,
    gateway: Gateway,
    mail: Mail,
    db: Base,
}

impl Shop {
    /// With one connection, so that the clock goes no faster than the store: what was asked of that before a tick is
    /// answered before the next.
    async fn open() -> (Place, Self) {
        let (place, _, clock) = counting().await;
        let shop = Self::new(place.alone(&clock).await, clock);
        (place, shop)
    }

    fn new(db: Base, clock: VirtualClock) -> Self {
        let gateway = Gateway { calls: AtomicU32::new(0), brief: AtomicU32::new(0), db: db.clone() };
        Self { clock, cards: Cards::default(), bills: Bills, gateway, mail: Mail::default(), db }
    }

    async fn charge(&self, id: u64) -> u32 {
        self.send_with(Charge { item: 1 }, Call::new().id(Id::new(id))).await.unwrap()
    }

    /// What both effects of one message answer.
    async fn answers(&self) -> (u32, u32) {
        self.send_with(AskBoth { item: 1 }, Call::new().id(Id::new(1))).await.unwrap()
    }

    /// What the brief effect of one message answers.
    async fn brief(&self) -> u32 {
        self.send_with(AskBriefly, Call::new().id(Id::new(2))).await.unwrap()
    }

    /// Moves the clock until somebody has looked for what is old: then the brief effect is called so many times.
    async fn until_looked(&self, times: u32) {
        while self.brief().await < times {
            self.tick().await;
        }
    }

    /// Moves the clock until so many calls were made.
    async fn until_calls(&self, expected: u32) {
        while self.gateway.calls.load(SeqCst) < expected {
            self.answers().await;
            self.tick().await;
        }
    }

    /// Each answer is forgotten when its own time has passed, by who runs meanwhile.
    async fn forgets_answers(&self) {
        assert_eq!((self.answers().await, self.answers().await), ((1, 2), (1, 2)), "they are answered from the record");
        assert_eq!((self.brief().await, self.brief().await), (1, 1));
        self.clock.advance(MINUTE * 30);
        self.until_looked(2).await;
        assert_eq!(self.answers().await, (1, 2), "it has looked, and none of the two is old");
        self.clock.advance(MINUTE * 30);
        self.until_calls(3).await;
        assert_eq!((self.answers().await, self.brief().await), ((3, 2), 3));
        self.clock.advance(MINUTE * 30);
        self.until_looked(4).await;
        assert_eq!(self.answers().await, (3, 2), "the one is an hour younger, and the other keeps them for three");
        self.clock.advance(MINUTE * 120);
        self.until_calls(5).await;
    }

    /// Whether there is a reply to a charge.
    async fn is_known(&self, id: u64) -> bool {
        let request = <Self as Records<Charge>>::fingerprint(&Charge { item: 1 }).unwrap();
        let key = [&[0][..], &id.to_be_bytes()].concat();
        Remembers::recorded_reply(&self.db, &Idempotency::new("Charge"), &key, request).await.unwrap().is_some()
    }

    /// Moves the clock until nothing is known of a charge.
    async fn until_forgotten(&self, id: u64) {
        while self.is_known(id).await {
            self.tick().await;
        }
    }

    /// Moves the clock a little, where somebody waits for it.
    async fn tick(&self) {
        if self.clock.waiting() > 0 {
            self.clock.advance(Duration::from_millis(50));
        }
        tokio::task::yield_now().await;
    }
}

/// Runs a relay until the script has ended.
async fn relayed<F: Future>(shop: &Shop, relay: &Relay<Main, Base>, script: F) -> F::Output {
    let stop = Cancel::new();
    let mut running = Box::pin(relay.run::<Shop, _>(shop, &stop));
    let output = until(&mut running, script).await;
    stop.cancel();
    running.await;
    output
}

async fn a_relay_forgets_replies_that_are_old() {
    let (_place, shop) = Shop::open().await;
    let relay = Relay::new(&shop.db).keep_replies(MINUTE);
    relayed(&shop, &relay, async {
        assert_eq!((shop.charge(1).await, shop.charge(1).await), (1, 1), "it is answered from its record");
        shop.clock.advance(MINUTE * 10);
        shop.until_forgotten(1).await;
        assert_eq!(shop.charge(1).await, 2, "nobody knows of it any more");
        assert_eq!(shop.charge(1).await, 2);
    })
    .await;
    assert_eq!(relay.stats().store_errors, 0);
}

async fn what_was_handled_and_not_marked_before_an_outage_finds_its_reply() {
    let (_place, db, clock) = counting().await;
    let shop = Shop::new(db, clock);
    let id = shop.send(Bill { item: 1 }).await.unwrap();
    // A relay has handled it, and vanished. Another vanishes after the outage, and has it for a lease.
    assert_eq!(shop.charge(id).await, 1);
    shop.clock.advance(MINUTE * 60 * 48);
    let claimed = Drains::claim_keys(&shop.db, &mut OUTBOX.relay(7), 1).await.unwrap();
    assert_eq!(claimed.len(), 1);
    let relay = Relay::new(&shop.db);
    relayed(&shop, &relay, async {
        // It is asked for as long as it takes: the relay forgets it behind its delivery, however fast the clock goes.
        while shop.is_known(id).await {
            shop.tick().await;
        }
        assert!(relay.stats().delivered > 0, "it is kept until then, and is forgotten as any other");
        assert_eq!(shop.cards.runs.load(SeqCst), 1, "it was charged before");
    })
    .await;
    assert_eq!(relay.stats().store_errors, 0);
}

async fn a_relay_keeps_replies_for_a_day_unless_it_is_said() {
    let (_place, shop) = Shop::open().await;
    let relay = Relay::new(&shop.db);
    relayed(&shop, &relay, async {
        assert_eq!(shop.charge(1).await, 1);
        shop.clock.advance(MINUTE * 60);
        assert_eq!(shop.charge(2).await, 2);
        // The next look finds it old: none is due for ten minutes after that.
        shop.clock.advance(MINUTE * (60 * 23 + 1));
        shop.until_forgotten(1).await;
        assert_eq!(shop.charge(2).await, 2, "it is newer than a day");
        assert_eq!(shop.charge(1).await, 3);
    })
    .await;
}

async fn a_relay_forgets_each_answer_when_its_own_retention_has_passed() {
    let (_place, shop) = Shop::open().await;
    let relay = Relay::new(&shop.db);
    relayed(&shop, &relay, shop.forgets_answers()).await;
    assert_eq!(relay.stats().store_errors, 0);
}

async fn one_that_forwards_forgets_them_too() {
    let (_place, shop) = Shop::open().await;
    let (relay, wire, stop) = (Relay::new(&shop.db), Memory::default(), Cancel::new());
    let mut running = Box::pin(relay.forward::<Charges, _, _>(&shop, &wire, &stop));
    until(&mut running, shop.forgets_answers()).await;
    stop.cancel();
    assert_eq!(running.await.store_errors, 0);
}

struct Nowhere;

impl DeadLetters for Nowhere {
    async fn bury(&self, letter: Letter<'_>) -> Result<(), Failure> {
        panic!("{letter:?}");
    }
}

#[mediator]
struct Till {
    charges: Remote<Memory, Charges>,
}

async fn a_consumer_has_its_inbox_forget_what_is_old() {
    let (_place, shop) = Shop::open().await;
    let wire = Memory::default();
    let till = Till { charges: Remote::new(wire.clone()) };
    let inbox = StoreInbox::new(&shop.db).retention(MINUTE);
    let consumer = Consumer::new(wire, "shop", Nowhere).inbox(inbox);
    let stop = Cancel::new();
    let mut running = Box::pin(consumer.consume::<Charges, _>(&shop, &stop));
    let heard = async |times: u32| {
        till.publish_with(Charged { item: 1 }, Call::new().id(Id::new(1))).await.unwrap();
        while consumer.stats().done + consumer.stats().repeated < u64::from(times) {
            tokio::task::yield_now().await;
        }
        shop.mail.heard.load(SeqCst)
    };
    until(&mut running, async {
        while consumer.stats().subscribed == 0 {
            tokio::task::yield_now().await;
        }
        assert_eq!((heard(1).await, heard(2).await), (1, 1), "it is known");
        shop.clock.advance(MINUTE);
        // What is forgotten leaves a mark.
        let marked = StoreInbox::new(&shop.db);
        while marked.forgotten_to().await.unwrap().is_none() {
            shop.tick().await;
        }
        assert_eq!(heard(3).await, 2, "nobody knows of it any more, and who sent it does not say when");
    })
    .await;
    stop.cancel();
    running.await.unwrap();
}
