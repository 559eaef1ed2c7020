//! Two machines, a broker, and those who order.

use std::collections::BTreeMap;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use catga::Remote;
use catga::delivery::{OUTBOX, Redelivery, StoreInbox, StoreLetters};
use catga::envelope::Headers;
use catga::id::Id;
use catga::id::Snowflake;
use catga::prelude::*;
use catga::store::{Inbox, Lease, Store, StoreError};
use catga::testing::SeededRandom;
use catga::testing::simulation::{Node, SimWire, Simulation, WireFaults};
use catga::time::Random as _;
use catga::transport::{Delivers as _, Endpoint};
use futures_util::future::{Either, select};
use tokio::sync::oneshot;

use crate::machine::Machine;
use crate::parts::{
    ACCOUNTS, ATTEMPTS, AWAY, Accounts, BOOK, Books, ChargeEvents, Credit, Credits, Main, OrderEvents, Orders,
    Payments, Place, RETENTION, Receipts, Reminder, SWEPT, Shop, TILL, Till, TillApi,
};
use crate::plan::{Bug, Plan};
use crate::points::Points;
use crate::wire::TestWire;

type Taking = Consumer<TestWire, StoreLetters<Store<Main>>>;

/// What all parts of the system share, and what of it is the test's.
pub struct Env {
    pub sim: Simulation,
    pub plan: Plan,
    pub random: Arc<SeededRandom>,
    pub wire: SimWire,
    pub shop: Machine,
    pub payments: Machine,
    /// Those who use the system and break it.
    pub outside: Node,
    pub points: Points,
    is_healed: AtomicBool,
}

const HOLD: Duration = Duration::from_secs(5);
pub const ACK_DEADLINE: Duration = Duration::from_secs(20);

impl Env {
    pub fn has(&self, bug: Bug) -> bool {
        self.plan.bug == Some(bug)
    }

    pub async fn sleep(&self, time: Duration) {
        self.sim.clock().sleep(time).await;
    }

    /// Up to so long.
    pub async fn sleep_some(&self, longest: Duration) {
        let micros = self.random.up_to(longest.as_micros() as u64);
        self.sleep(Duration::from_micros(micros)).await;
    }

    /// A place where the machine may crash.
    pub async fn point(&self, machine: &Machine, place: &str) {
        if self.points.pass(machine, place) {
            std::future::pending::<()>().await;
        }
    }

    pub fn is_healed(&self) -> bool {
        self.is_healed.load(SeqCst)
    }

    /// From now on nothing goes wrong.
    pub fn heal(&self) {
        self.is_healed.store(true, SeqCst);
        self.wire.heal();
        self.sim.note("all is healed");
    }

    /// A timer that is nobody's but this process's.
    pub async fn remind(&self, reminder: Reminder) {
        use catga::codec::{Codec as _, Encode as _, Postcard};
        use catga::envelope::{Envelope, Kind as MessageKind, WireKey};
        self.sleep(crate::parts::REMIND).await;
        let id = catga::id::Id::new(self.random.next() >> 1);
        let mut bytes = Vec::new();
        Envelope::new(MessageKind::Event, id, WireKey::of("Reminder"), Postcard::ID).encode_head(&mut bytes).unwrap();
        Postcard::encode(&reminder, &mut bytes).unwrap();
        let parcel = catga::transport::Parcel { bytes: bytes.into(), id: id.get(), key: None };
        while self.wire.publish(Endpoint::new("orders"), parcel.clone()).await.is_err() {
            self.sleep(Duration::from_secs(1)).await;
        }
    }
}

pub struct World {
    pub env: Arc<Env>,
    /// The programs that run now.
    pub shop: Mutex<Option<(u64, Arc<Shop>)>>,
    pub payments: Mutex<Option<(u64, Arc<Payments>)>>,
    /// The orders that were acknowledged, and the numbers that were told.
    pub acknowledged: Mutex<BTreeMap<u64, u64>>,
    /// All that was ordered.
    pub asked: Mutex<BTreeMap<u64, Place>>,
    /// All credits that were asked for, and the numbers that were told.
    pub credits: Mutex<BTreeMap<u64, (Credit, Option<u64>)>>,
    /// How many messages an inbox knew too little of, in the end.
    pub too_old: AtomicU64,
}

impl World {
    pub fn new(sim: &Simulation, plan: Plan) -> Arc<Self> {
        let env = Env {
            sim: sim.clone(),
            plan,
            random: sim.random("world"),
            wire: SimWire::new(sim, ACK_DEADLINE),
            shop: Machine::new(sim, ["shop", "shop.a", "shop.b"], plan.kind),
            payments: Machine::new(sim, ["payments", "payments.a", "payments.b"], plan.kind),
            outside: sim.node("outside"),
            points: Points::default(),
            is_healed: AtomicBool::new(!plan.chaos),
        };
        if plan.skewed {
            for machine in [&env.shop, &env.payments] {
                machine.clock.jump(env.random.up_to(1_200_000) as i64 - 600_000);
            }
        }
        Arc::new(Self {
            env: Arc::new(env),
            shop: Mutex::default(),
            payments: Mutex::default(),
            acknowledged: Mutex::default(),
            asked: Mutex::default(),
            credits: Mutex::default(),
            too_old: AtomicU64::new(0),
        })
    }

    /// What goes wrong on the wire.
    pub const FAULTS: WireFaults = WireFaults {
        latency: Duration::from_millis(20),
        unreachable: 4,
        lost: 6,
        duplicated: 8,
        late: 15,
        lost_acks: 8,
    };

    /// The groups are there before anything is published.
    pub async fn subscribe(&self) {
        for (endpoint, group) in [("orders", "payments"), ("charges", "shop")] {
            drop(self.env.wire.subscribe(Endpoint::new(endpoint), group).await.unwrap());
        }
        if self.env.plan.chaos {
            self.env.wire.set(Self::FAULTS);
        }
    }

    fn ids(worker: u64) -> Snowflake {
        Snowflake::new(worker).unwrap()
    }

    fn relay(&self, db: &Store<Main>, outbox: catga::store::Outbox) -> Relay<Main> {
        let redelivery = Redelivery::attempts(u32::MAX).base(Duration::from_millis(200)).cap(Duration::from_secs(20));
        let kept = if self.env.plan.chaos { RETENTION } else { Duration::ZERO };
        Relay::new(db)
            .outbox(outbox.lease(HOLD).retention(kept))
            .redelivery(redelivery)
            .look_every(Duration::from_secs(1))
            .concurrency(8)
    }

    fn consumer(&self, db: &Store<Main>, group: &'static str, is_shop: bool) -> Taking {
        Consumer::new(TestWire::new(&self.env, is_shop), group, StoreLetters::new(db))
            .concurrency(6)
            .prefetch(2)
            .redelivery(Redelivery::attempts(ATTEMPTS).base(Duration::from_millis(200)).cap(Duration::from_secs(5)))
    }

    pub fn start_shop(&self) -> Result<(), StoreError> {
        let env = &self.env;
        let db = env.shop.open(env, true)?;
        let life = env.shop.node.crashes();
        let shop = Arc::new(Shop {
            clock: env.shop.clock.clone(),
            random: env.sim.random(&format!("shop {life}")),
            ids: Self::ids(1),
            orders: Orders { env: Arc::clone(env) },
            books: Books { env: Arc::clone(env), db: db.clone() },
            receipts: Receipts { env: Arc::clone(env) },
            payments: Remote::new(TestWire::new(env, true)),
            till: Remote::new(TestWire::new(env, true)).patience(Duration::from_secs(5)),
            db: db.clone(),
        });
        for thread in &env.shop.threads {
            let (app, wire) = (Arc::clone(&shop), TestWire::new(env, true));
            let relay = self.relay(&db, OUTBOX);
            thread.spawn(async move {
                relay.forward::<OrderEvents, _, _>(&*app, &wire, &Cancel::new()).await;
            });
            if env.plan.chaos {
                let (env, db) = (Arc::clone(env), db.clone());
                thread.spawn(async move { sweep(env, db).await });
            }
        }
        self.forgets(&env.shop.threads[1], &db, BOOK);
        let (app, inbox) = (Arc::clone(&shop), StoreInbox::new(&db).lease(HOLD));
        let consumer = self.consumer(&db, "shop", true).inbox(inbox);
        env.shop.node.spawn(async move {
            consumer.consume::<ChargeEvents, _>(&*app, &Cancel::new()).await.unwrap();
        });
        *self.shop.lock().unwrap() = Some((life, shop));
        env.sim.note("the shop is up");
        Ok(())
    }

    pub fn start_payments(&self) -> Result<(), StoreError> {
        let env = &self.env;
        let db = env.payments.open(env, false)?;
        let life = env.payments.node.crashes();
        let payments = Arc::new(Payments {
            clock: env.payments.clock.clone(),
            random: env.sim.random(&format!("payments {life}")),
            ids: Self::ids(2),
            till: Till { env: Arc::clone(env), db: db.clone() },
            credits: Credits { env: Arc::clone(env) },
            accounts: Accounts { env: Arc::clone(env), db: db.clone() },
            shop: Remote::new(TestWire::new(env, false)),
            db: db.clone(),
        });
        let (app, wire) = (Arc::clone(&payments), TestWire::new(env, false));
        let (local, away) = (self.relay(&db, OUTBOX), self.relay(&db, AWAY));
        env.payments.threads[0].spawn(async move {
            let stop = Cancel::new();
            futures_util::future::join(
                local.run::<Payments, _>(&*app, &stop),
                away.forward::<ChargeEvents, _, _>(&*app, &wire, &stop),
            )
            .await;
        });
        for node in [&env.payments.node, &env.payments.threads[1]] {
            let (app, consumer) = (Arc::clone(&payments), self.consumer(&db, "payments", false));
            node.spawn(async move {
                consumer.consume::<OrderEvents, _>(&*app, &Cancel::new()).await.unwrap();
            });
        }
        self.forgets(&env.payments.threads[1], &db, TILL);
        let (app, server) = (Arc::clone(&payments), Server::new(TestWire::new(env, false)));
        env.payments.node.spawn(async move {
            server.serve::<TillApi, _>(&*app, &Cancel::new()).await.unwrap();
        });
        *self.payments.lock().unwrap() = Some((life, payments));
        env.sim.note("the payments are up");
        Ok(())
    }

    /// Has an inbox forget what is older than its retention, now and then.
    fn forgets(&self, thread: &Node, db: &Store<Main>, inbox: Inbox) {
        if self.env.plan.chaos {
            let (env, db) = (Arc::clone(&self.env), db.clone());
            thread.spawn(async move {
                loop {
                    env.sleep_some(Duration::from_secs(20)).await;
                    if let Ok(forgotten @ 1..) = inbox.trim(&db, 50).await {
                        env.sim.note(format!("{forgotten} are forgotten"));
                    }
                }
            });
        }
    }

    /// The shop, where it is up.
    pub fn shop(&self) -> Option<Arc<Shop>> {
        let shop = self.shop.lock().unwrap();
        shop.as_ref().filter(|(life, _)| *life == self.env.shop.node.crashes()).map(|(_, shop)| Arc::clone(shop))
    }

    /// The payments, where they are up.
    pub fn payments(&self) -> Option<Arc<Payments>> {
        let payments = self.payments.lock().unwrap();
        payments.as_ref().filter(|(life, _)| *life == self.env.payments.node.crashes()).map(|(_, app)| Arc::clone(app))
    }

    /// Orders once; the number, where the shop says it in time.
    async fn ask(&self, place: Place, key: String) -> Option<u64> {
        let shop = self.shop()?;
        let (told, answer) = oneshot::channel();
        self.env.shop.node.spawn(async move {
            let headers = [("idempotency-key", key.as_str())];
            let outcome = shop.send_with(place, Call::new().headers(Headers::of(&headers))).await;
            let _gone = told.send(outcome);
        });
        let patience = pin!(self.env.sleep_some(Duration::from_secs(20)));
        match select(answer, patience).await {
            // Some answers do not arrive.
            Either::Left((Ok(Ok(number)), _)) => (!self.env.fails()).then_some(number),
            _ => None,
        }
    }

    /// Orders until it is told that each order was placed.
    pub async fn order(&self, caller: u64) {
        for number in 0..self.env.plan.orders {
            if self.env.plan.chaos {
                self.env.sleep_some(Duration::from_secs(8)).await;
            }
            let order = caller * 1_000 + number;
            let account = self.env.random.up_to(ACCOUNTS - 1) as u32;
            let place = Place { order, account, cents: 1 + self.env.random.up_to(500) as i64 };
            self.asked.lock().unwrap().insert(order, place.clone());
            for attempt in 0_u64.. {
                let key = if self.env.has(Bug::OrdersAnew) { attempt } else { 0 };
                if let Some(number) = self.ask(place.clone(), format!("order-{order}-{key}")).await {
                    self.env.sim.note(format!("order {order} is number {number}"));
                    self.acknowledged.lock().unwrap().insert(order, number);
                    break;
                }
                self.env.sleep_some(Duration::from_secs(3)).await;
            }
        }
    }
}

impl World {
    /// Asks for a credit once; the number, where the payments say it in time.
    async fn ask_for(&self, credit: Credit, id: Id) -> Option<u64> {
        let shop = self.shop()?;
        let (told, answer) = oneshot::channel();
        self.env.shop.node.spawn(async move {
            let _gone = told.send(shop.send_with(credit, Call::new().id(id)).await);
        });
        match select(answer, pin!(self.env.sleep_some(Duration::from_secs(20)))).await {
            Either::Left((Ok(Ok(number)), _)) => (!self.env.fails()).then_some(number),
            _ => None,
        }
    }

    /// Asks for credits, each under one id, until the payments have told its number.
    pub async fn credit(&self, caller: u64) {
        for number in 0..self.env.plan.credits {
            if self.env.plan.chaos {
                self.env.sleep_some(Duration::from_secs(12)).await;
            }
            let credit = caller * 1_000 + number;
            let account = self.env.random.up_to(ACCOUNTS - 1) as u32;
            let asked = Credit { credit, account, cents: 1 + self.env.random.up_to(500) as i64 };
            self.credits.lock().unwrap().insert(credit, (asked.clone(), None));
            loop {
                if let Some(told) = self.ask_for(asked.clone(), Id::new(1 + credit)).await {
                    self.env.sim.note(format!("credit {credit} is number {told}"));
                    self.credits.lock().unwrap().insert(credit, (asked, Some(told)));
                    break;
                }
                self.env.sleep_some(Duration::from_secs(3)).await;
            }
        }
    }
}

/// Writes under a lease that two threads want: what it writes is in the order of the fences.
async fn sweep(env: Arc<Env>, db: Store<Main>) {
    let owner = env.random.next();
    while !env.is_healed() {
        if let Ok(mut lease) = Lease::acquire(&db, "sweep", owner, HOLD).await {
            for _ in 0..=env.random.up_to(3) {
                if write(&env, &db, &lease).await.is_err() || lease.renew(&db, HOLD).await.is_err() {
                    break;
                }
            }
            let _lost = lease.release(&db).await;
        }
        env.sleep_some(HOLD).await;
    }
}

async fn write(env: &Env, db: &Store<Main>, lease: &Lease) -> Result<(), StoreError> {
    env.sleep_some(Duration::from_secs(2)).await;
    let mut tx = db.begin()?;
    let next = SWEPT.range(&mut tx, ..).await?.last().map_or(0, |(number, _)| number + 1);
    SWEPT.put(&mut tx, &next, &lease.claim().fence)?;
    lease.guard(&mut tx);
    tx.commit().await.map(drop)
}
