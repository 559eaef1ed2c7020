//! A shop that pays by a gateway, with each policy.

use std::pin::pin;
use std::sync::Mutex;
use std::time::Duration;

use catga::delivery::{Effect, EffectKey, unanswered};
use catga::id::Id;
use catga::prelude::*;
use catga::store::{EffectId, Transacts as _};
use catga::testing::VirtualClock;
use catga_tests::{Trouble, until};

use super::super::world::{Base, Main, Place, Tx, count, counting};
use super::gateway::{Does, Gateway};

pub const LEASE: Duration = Duration::from_secs(10);
pub const CHARGE: Effect<u64, u64> = Effect::new("charge").lease(LEASE);

#[derive(Clone, Copy)]
pub enum Policy {
    Park,
    Retry,
    Verify,
}

#[command(reply = u64, error = Trouble)]
#[derive(Clone, Copy)]
pub struct Pay {
    pub cents: u64,
    pub policy: Policy,
    pub part: u64,
}

pub fn pay(policy: Policy) -> Pay {
    Pay { cents: 500, policy, part: 0 }
}

/// Pays inside of a transaction that books it, and that fails the first so many times.
#[command(error = Trouble)]
#[derive(Clone)]
pub struct Book {
    pub failing: u32,
}

/// Sends a `Pay` in this process; fails after that so many times.
#[command(error = Trouble)]
#[derive(Clone)]
pub struct Order {
    pub failing: u32,
}

pub struct Payments {
    pub gateway: Gateway,
    db: Base,
    pub ids: Mutex<Vec<Id>>,
}

#[handler]
impl Payments {
    async fn pay(&self, cmd: Pay, cx: &mut Context<impl Scope>) -> Result<u64, Error<Trouble>> {
        self.ids.lock().unwrap().push(cx.message_id());
        let call = |key| self.gateway.call(key, cmd.cents);
        let effect = CHARGE.part(cmd.part);
        match cmd.policy {
            Policy::Park => effect.run(&self.db, cx, &cmd.cents, call).await,
            Policy::Retry => effect.retry().run(&self.db, cx, &cmd.cents, call).await,
            Policy::Verify => effect.run_verified(&self.db, cx, &cmd.cents, |key| self.gateway.find(key), call).await,
        }
    }
}

#[derive(Default)]
pub struct Orders {
    runs: Mutex<u32>,
}

impl Orders {
    fn fails(&self, times: u32) -> Result<(), Error<Trouble>> {
        let mut runs = self.runs.lock().unwrap();
        *runs += 1;
        if *runs <= times { Err(Trouble::Stale.into()) } else { Ok(()) }
    }
}

#[handler]
impl Orders {
    async fn order(&self, cmd: Order, cx: &mut Context<impl Sends<Pay>>) -> Result<(), Error<Trouble>> {
        cx.send(pay(Policy::Park)).await?;
        self.fails(cmd.failing)
    }
}

pub struct Books {
    db: Base,
    pub gateway: Gateway,
    orders: Orders,
}

#[handler]
impl Books {
    async fn book(&self, cmd: Book, cx: &mut Context<impl Within<Main, Tx>>) -> Result<(), Error<Trouble>> {
        let key = cx.effect_key("charge").map_err(Error::refused)?;
        assert_eq!(key, EffectKey::of(&self.db, cx, "charge").await.unwrap());
        CHARGE.run(&self.db, cx, &5, |key| self.gateway.call(key, 5)).await?;
        assert_eq!(self.gateway.keys(), [key.as_str()], "the handler's own is that of the record");
        count(cx.tx(), 1).await.map_err(Error::refused)?;
        self.orders.fails(cmd.failing)
    }
}

#[mediator(clock = self.clock, timer = self.clock)]
pub struct Shop {
    pub clock: VirtualClock,
    pub payments: Payments,
    #[pipeline(Retry::times(5))]
    orders: Orders,
    #[pipeline(Retry::times(5), commands: Transactional(self.db))]
    pub books: Books,
    pub db: Base,
}

pub fn over(db: Base, clock: VirtualClock) -> Shop {
    let payments = Payments { gateway: Gateway::new(), db: db.clone(), ids: Mutex::default() };
    let books = Books { db: db.clone(), gateway: Gateway::new(), orders: Orders::default() };
    Shop { clock, payments, orders: Orders::default(), books, db }
}

pub async fn shop() -> (Place, Shop) {
    let (place, db, clock) = counting().await;
    (place, over(db, clock))
}

/// The key of an effect of that name, of the message of that number.
pub async fn key_of(app: &Shop, which: &str) -> String {
    format!("{}/0/charge/{which}", app.db.store_id().await.unwrap())
}

/// An attempt at the message of this id.
pub fn attempt(id: u64) -> Call<'static> {
    Call::new().id(Id::new(id))
}

pub async fn open(app: &Shop) -> Vec<EffectId> {
    unanswered(&app.db, None, 10).await.unwrap().into_iter().map(|open| open.id).collect()
}

/// An attempt that ends where it waits for the gateway, as a killed process does.
pub async fn killed(app: &Shop, pay: Pay) {
    app.payments.gateway.will([Does::ChargesAndHangs]);
    let mut first = pin!(app.send_with(pay, attempt(7)));
    until(&mut first, app.payments.gateway.called()).await;
    assert_eq!(app.payments.gateway.calls(), 1);
}

/// Until whoever ended is known to have.
pub fn later(app: &Shop) {
    app.clock.advance(LEASE);
}
