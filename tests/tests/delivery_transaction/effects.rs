//! Effects outside of the store: a gateway that charges cards, and what is known of that.

use std::collections::VecDeque;
use std::future::pending;
use std::sync::Mutex;
use std::time::Duration;

use catga::delivery::{Effect, EffectKey, unanswered};
use catga::envelope::Headers;
use catga::error::Classify as _;
use catga::id::Id;
use catga::prelude::*;
use catga::store::{EffectId, ErrorKind, Store};
use catga::testing::VirtualClock;
use catga_tests::{Trouble, drive, poll_once};

use crate::bank::{ACCOUNTS, Backing, Main, accounts};

const CHARGE: Effect<u64, u64> = Effect::new("charge").lease(Duration::from_secs(10));

/// What a call of the gateway does.
#[derive(Clone, Copy, Debug)]
enum Does {
    Charges,
    /// It charges, and nobody hears of it.
    ChargesAndHangs,
    Fails(Trouble),
    Takes(Duration),
}

#[derive(Default)]
struct Gateway {
    next: Mutex<VecDeque<Does>>,
    /// The keys it was called with, in their order.
    keys: Mutex<Vec<String>>,
    /// What was charged by each key that it does not know already.
    charged: Mutex<Vec<(String, u64)>>,
    asked: Mutex<u32>,
}

impl Gateway {
    fn will(&self, does: impl IntoIterator<Item = Does>) {
        self.next.lock().unwrap().extend(does);
    }

    fn keys(&self) -> Vec<String> {
        self.keys.lock().unwrap().clone()
    }

    fn calls(&self) -> usize {
        self.keys().len()
    }

    fn charge(&self, key: &EffectKey, cents: u64) -> u64 {
        let mut charged = self.charged.lock().unwrap();
        if !charged.iter().any(|(known, _)| known == key.as_str()) {
            charged.push((key.to_string(), cents));
        }
        charged.len() as u64
    }

    async fn call(&self, key: EffectKey, cents: u64, clock: &VirtualClock) -> Result<u64, Error<Trouble>> {
        self.keys.lock().unwrap().push(key.to_string());
        let does = self.next.lock().unwrap().pop_front().unwrap_or(Does::Charges);
        match does {
            Does::Charges => {}
            Does::ChargesAndHangs => {
                self.charge(&key, cents);
                pending::<()>().await;
            }
            Does::Fails(trouble) => return Err(trouble.into()),
            Does::Takes(time) => clock.sleep(time).await,
        }
        Ok(self.charge(&key, cents))
    }

    async fn find(&self, key: EffectKey) -> Result<Option<u64>, Error<Trouble>> {
        *self.asked.lock().unwrap() += 1;
        if let Some(Does::Fails(trouble)) = self.next.lock().unwrap().pop_front() {
            return Err(trouble.into());
        }
        let charged = self.charged.lock().unwrap();
        Ok(charged.iter().position(|(known, _)| known == key.as_str()).map(|at| at as u64 + 1))
    }
}

#[derive(Clone, Copy)]
enum Policy {
    Park,
    Retry,
    Verify,
}

#[command(reply = u64, error = Trouble)]
#[derive(Clone, Copy)]
struct Pay {
    cents: u64,
    policy: Policy,
    part: u64,
}

fn pay(policy: Policy) -> Pay {
    Pay { cents: 500, policy, part: 0 }
}

/// Pays inside of a transaction that books it, and that fails the first so many times.
#[command(error = Trouble)]
#[derive(Clone)]
struct Book {
    failing: u32,
}

/// Sends a `Pay` in this process; fails after that so many times.
#[command(error = Trouble)]
#[derive(Clone)]
struct Order {
    failing: u32,
}

struct Payments {
    gateway: Gateway,
    db: Store<Main>,
    clock: VirtualClock,
    ids: Mutex<Vec<Id>>,
}

#[handler]
impl Payments {
    async fn pay(&self, cmd: Pay, cx: &mut Context<impl Scope>) -> Result<u64, Error<Trouble>> {
        self.ids.lock().unwrap().push(cx.message_id());
        let call = |key| self.gateway.call(key, cmd.cents, &self.clock);
        let effect = CHARGE.part(cmd.part);
        match cmd.policy {
            Policy::Park => effect.run(&self.db, cx, &cmd.cents, call).await,
            Policy::Retry => effect.retry().run(&self.db, cx, &cmd.cents, call).await,
            Policy::Verify => effect.run_verified(&self.db, cx, &cmd.cents, |key| self.gateway.find(key), call).await,
        }
    }
}

#[derive(Default)]
struct Orders {
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

struct Books {
    db: Store<Main>,
    gateway: Gateway,
    clock: VirtualClock,
    orders: Orders,
}

#[handler]
impl Books {
    async fn book(&self, cmd: Book, cx: &mut Context<impl Within<Main>>) -> Result<(), Error<Trouble>> {
        let key = cx.effect_key("charge").map_err(Error::refused)?;
        assert_eq!(key, EffectKey::of(&self.db, cx, "charge").unwrap());
        let paid = CHARGE.run(&self.db, cx, &5, |key| self.gateway.call(key, 5, &self.clock)).await?;
        assert_eq!(self.gateway.keys(), [key.as_str()], "the handler's own is that of the record");
        ACCOUNTS.put(cx.tx(), &1, &i64::try_from(paid).unwrap()).map_err(Error::refused)?;
        self.orders.fails(cmd.failing)
    }
}

#[mediator(clock = self.clock, timer = self.clock)]
struct Shop {
    clock: VirtualClock,
    payments: Payments,
    #[pipeline(Retry::times(5))]
    orders: Orders,
    #[pipeline(Retry::times(5), commands: Transactional(self.db))]
    books: Books,
    db: Store<Main>,
}

fn shop(on: &Backing) -> Shop {
    let clock = VirtualClock::new();
    let db: Store<Main> = on.simulated(&clock);
    let payments =
        Payments { gateway: Gateway::default(), db: db.clone(), clock: clock.clone(), ids: Mutex::default() };
    let books = Books { db: db.clone(), gateway: Gateway::default(), clock: clock.clone(), orders: Orders::default() };
    Shop { clock, payments, orders: Orders::default(), books, db }
}

/// An attempt at the message of this id.
fn attempt(id: u64) -> Call<'static> {
    Call::new().id(Id::new(id))
}

fn open(app: &Shop) -> Vec<EffectId> {
    unanswered(&app.db, None, 10).unwrap().into_iter().map(|open| open.id).collect()
}

/// An attempt that ends where it waits for the gateway, as a killed process does.
async fn killed(app: &Shop, pay: Pay) {
    app.payments.gateway.will([Does::ChargesAndHangs]);
    let mut first = std::pin::pin!(app.send_with(pay, attempt(7)));
    assert!(poll_once(&mut first).await.is_pending());
    assert_eq!(app.payments.gateway.calls(), 1);
}

/// Until whoever ended is known to have.
fn later(app: &Shop) {
    app.clock.advance(Duration::from_secs(10));
}

on_every_engine! {
    an_answer_is_given_to_every_attempt
    an_answer_outlives_the_transaction
    a_key_is_the_same_whoever_sends
    a_callers_own_key_names_the_effect
    without_an_answer_it_is_parked
    an_operator_says_that_it_did_not_happen
    what_may_have_happened_is_parked_at_once
    what_did_not_happen_is_called_again
    retried_by_the_same_key
    verified_that_it_happened
    verified_that_it_did_not
    verified_again_where_that_failed
    a_call_that_takes_long_is_not_taken_over
    one_at_a_time
    another_request_is_refused
    parts_are_effects_of_their_own
    answers_are_forgotten_after_the_retention
}

async fn an_answer_is_given_to_every_attempt(on: Backing) {
    let app = shop(&on);
    for _ in 0..3 {
        assert_eq!(app.send_with(pay(Policy::Park), attempt(7)).await, Ok(1));
    }
    assert_eq!(app.send_with(pay(Policy::Park), attempt(8)).await, Ok(2), "another message");
    let keys = app.payments.gateway.keys();
    let store = app.db.id();
    assert_eq!(keys, [format!("{store}/0/charge/0000000000000007"), format!("{store}/0/charge/0000000000000008")]);
    assert!(open(&app).is_empty());
}

async fn an_answer_outlives_the_transaction(on: Backing) {
    let app = shop(&on);
    assert_eq!(drive(&app.clock, app.send(Book { failing: 2 })).await.0, Ok(()));
    assert_eq!(app.books.gateway.calls(), 1, "three attempts, and one charge");
    assert_eq!(accounts(&app.db).await, [(1, 1)]);
}

async fn a_key_is_the_same_whoever_sends(on: Backing) {
    let app = shop(&on);
    assert_eq!(drive(&app.clock, app.send_with(Order { failing: 2 }, attempt(9))).await.0, Ok(()));
    let ids = app.payments.ids.lock().unwrap().clone();
    assert!(ids.len() == 3 && ids[0] != ids[1], "what is sent is a new message each time: {ids:?}");
    assert_eq!(app.payments.gateway.keys(), [format!("{}/0/charge/0000000000000009", app.db.id())]);
}

async fn a_callers_own_key_names_the_effect(on: Backing) {
    let app = shop(&on);
    let headers = [("idempotency-key", "order-7")];
    let named = || Call::new().headers(Headers::of(&headers));
    for id in [1, 2] {
        assert_eq!(app.send_with(pay(Policy::Park), named().id(Id::new(id))).await, Ok(1));
    }
    assert_eq!(app.payments.gateway.keys(), [format!("{}/0/charge/=order-7", app.db.id())]);
    // It is the caller's of the first message, and says nothing of what follows in another process.
    assert_eq!(app.send_with(pay(Policy::Park), named().id(Id::new(3)).causation(Id::new(1))).await, Ok(2));
}

async fn without_an_answer_it_is_parked(on: Backing) {
    let app = shop(&on);
    killed(&app, pay(Policy::Park)).await;
    assert_eq!(open(&app).len(), 1);
    let told = app.send_with(pay(Policy::Park), attempt(7)).await.unwrap_err();
    assert_eq!((told.code(), told.class()), ("catga.store.in_progress", Class::Transient));
    assert_eq!(told.retry_after(), Some(Duration::from_secs(10)));
    later(&app);
    for _ in 0..2 {
        let told = app.send_with(pay(Policy::Park), attempt(7)).await.unwrap_err();
        assert_eq!((told.code(), told.class()), ("catga.delivery.effect_parked", Class::Unknown));
    }
    assert_eq!(app.payments.gateway.calls(), 1);
    // The operator looks.
    let [parked] = &unanswered(&app.db, None, 10).unwrap()[..] else { panic!("one") };
    assert!(parked.is_parked && parked.error.contains("before it was answered"), "{parked:?}");
    assert_eq!(CHARGE.request(parked).unwrap(), 500);
    assert_eq!(CHARGE.key(&app.db, &parked.id).unwrap().as_str(), app.payments.gateway.keys()[0]);
    assert!(unanswered(&app.db, Some(&parked.id), 10).unwrap().is_empty());
    let other = Effect::<u64, u64>::new("refund").resolve(&app.db, &parked.id, Some(&1)).await;
    assert_eq!(other.unwrap_err().kind(), ErrorKind::Missing);
    CHARGE.resolve(&app.db, &parked.id, Some(&41)).await.unwrap();
    assert_eq!(app.send_with(pay(Policy::Park), attempt(7)).await, Ok(41));
    assert_eq!(app.payments.gateway.calls(), 1);
    assert!(open(&app).is_empty());
    let again = CHARGE.resolve(&app.db, &parked.id, None).await;
    assert_eq!(again.unwrap_err().kind(), ErrorKind::Missing, "once");
}

async fn an_operator_says_that_it_did_not_happen(on: Backing) {
    let app = shop(&on);
    app.payments.gateway.will([Does::Fails(Trouble::Lost)]);
    app.send_with(pay(Policy::Park), attempt(7)).await.unwrap_err();
    let [parked] = &open(&app)[..] else { panic!("one") };
    CHARGE.resolve(&app.db, parked, None).await.unwrap();
    assert!(open(&app).is_empty());
    assert_eq!(app.send_with(pay(Policy::Park), attempt(7)).await, Ok(1));
    let keys = app.payments.gateway.keys();
    assert_eq!(keys[0], keys[1], "by the same key");
}

async fn what_may_have_happened_is_parked_at_once(on: Backing) {
    let app = shop(&on);
    app.payments.gateway.will([Does::Fails(Trouble::Lost)]);
    assert_eq!(app.send_with(pay(Policy::Park), attempt(7)).await, Err(Error::Handler(Trouble::Lost)));
    let told = app.send_with(pay(Policy::Park), attempt(7)).await.unwrap_err();
    assert_eq!(told.code(), "catga.delivery.effect_parked");
    assert_eq!(app.payments.gateway.calls(), 1);
    let [parked] = &unanswered(&app.db, None, 10).unwrap()[..] else { panic!("one") };
    assert_eq!((parked.error.as_str(), parked.calls), ("Lost", 1));
}

async fn what_did_not_happen_is_called_again(on: Backing) {
    let app = shop(&on);
    for trouble in [Trouble::Busy, Trouble::Wrong, Trouble::Stale] {
        app.payments.gateway.will([Does::Fails(trouble)]);
        assert_eq!(app.send_with(pay(Policy::Park), attempt(7)).await, Err(Error::Handler(trouble)));
        assert!(open(&app).is_empty());
    }
    assert_eq!(app.send_with(pay(Policy::Park), attempt(7)).await, Ok(1));
    assert_eq!(app.payments.gateway.calls(), 4);
}

async fn retried_by_the_same_key(on: Backing) {
    let app = shop(&on);
    killed(&app, pay(Policy::Retry)).await;
    later(&app);
    app.payments.gateway.will([Does::Fails(Trouble::Lost)]);
    app.send_with(pay(Policy::Retry), attempt(7)).await.unwrap_err();
    // It was told of this, and does not have to wait.
    assert_eq!(app.send_with(pay(Policy::Retry), attempt(7)).await, Ok(1));
    let keys = app.payments.gateway.keys();
    assert!(keys.len() == 3 && keys.iter().all(|key| *key == keys[0]), "{keys:?}");
    assert_eq!(app.payments.gateway.charged.lock().unwrap().len(), 1);
}

async fn verified_that_it_happened(on: Backing) {
    let app = shop(&on);
    killed(&app, pay(Policy::Verify)).await;
    later(&app);
    assert_eq!(app.send_with(pay(Policy::Verify), attempt(7)).await, Ok(1));
    assert_eq!(app.send_with(pay(Policy::Verify), attempt(7)).await, Ok(1));
    assert_eq!((app.payments.gateway.calls(), *app.payments.gateway.asked.lock().unwrap()), (1, 1));
    assert!(open(&app).is_empty());
}

async fn verified_that_it_did_not(on: Backing) {
    let app = shop(&on);
    app.payments.gateway.will([Does::Fails(Trouble::Lost)]);
    app.send_with(pay(Policy::Verify), attempt(7)).await.unwrap_err();
    assert_eq!(app.send_with(pay(Policy::Verify), attempt(7)).await, Ok(1));
    assert_eq!((app.payments.gateway.calls(), *app.payments.gateway.asked.lock().unwrap()), (2, 1));
}

async fn verified_again_where_that_failed(on: Backing) {
    let app = shop(&on);
    killed(&app, pay(Policy::Verify)).await;
    later(&app);
    app.payments.gateway.will([Does::Fails(Trouble::Busy)]);
    assert_eq!(app.send_with(pay(Policy::Verify), attempt(7)).await, Err(Error::Handler(Trouble::Busy)));
    assert_eq!(app.send_with(pay(Policy::Verify), attempt(7)).await, Ok(1));
    assert_eq!((app.payments.gateway.calls(), *app.payments.gateway.asked.lock().unwrap()), (1, 2));
}

async fn a_call_that_takes_long_is_not_taken_over(on: Backing) {
    let app = shop(&on);
    app.payments.gateway.will([Does::Takes(Duration::from_secs(100))]);
    let mut first = std::pin::pin!(app.send_with(pay(Policy::Park), attempt(7)));
    for _ in 0..19 {
        assert!(poll_once(&mut first).await.is_pending());
        let told = app.send_with(pay(Policy::Park), attempt(7)).await.unwrap_err();
        assert_eq!(told.code(), "catga.store.in_progress");
        assert_eq!(app.clock.advance_to_next(), Some(Duration::from_secs(5)), "half of its lease");
    }
    assert_eq!(drive(&app.clock, first).await.0, Ok(1));
    assert_eq!(app.send_with(pay(Policy::Park), attempt(7)).await, Ok(1));
    assert_eq!(app.payments.gateway.calls(), 1);
}

async fn one_at_a_time(on: Backing) {
    let app = shop(&on);
    // Its process stands still for longer than its lease, and then goes on.
    app.payments.gateway.will([Does::Takes(Duration::from_secs(30))]);
    let mut slow = std::pin::pin!(app.send_with(pay(Policy::Retry), attempt(7)));
    assert!(poll_once(&mut slow).await.is_pending());
    app.clock.advance(Duration::from_secs(20));
    assert_eq!(app.send_with(pay(Policy::Retry), attempt(7)).await, Ok(1));
    let told = drive(&app.clock, slow).await.0.unwrap_err();
    assert_eq!((told.code(), told.class()), ("catga.store.in_progress", Class::Transient));
    assert_eq!(app.send_with(pay(Policy::Retry), attempt(7)).await, Ok(1));
    assert_eq!(app.payments.gateway.charged.lock().unwrap().len(), 1);
}

async fn another_request_is_refused(on: Backing) {
    let app = shop(&on);
    app.send_with(pay(Policy::Park), attempt(7)).await.unwrap();
    let told = app.send_with(Pay { cents: 1, ..pay(Policy::Park) }, attempt(7)).await.unwrap_err();
    assert_eq!((told.code(), told.class()), ("catga.store.mismatch", Class::Permanent));
    assert_eq!(app.payments.gateway.calls(), 1);
}

async fn parts_are_effects_of_their_own(on: Backing) {
    let app = shop(&on);
    app.send_with(pay(Policy::Park), attempt(7)).await.unwrap();
    let second = Pay { cents: 1, part: 1, ..pay(Policy::Park) };
    for _ in 0..2 {
        assert_eq!(app.send_with(second, attempt(7)).await, Ok(2));
    }
    let keys = app.payments.gateway.keys();
    assert!(keys.len() == 2 && keys[0] != keys[1], "{keys:?}");
}

async fn answers_are_forgotten_after_the_retention(on: Backing) {
    let app = shop(&on);
    let kept = CHARGE.retention(Duration::from_secs(60));
    app.send_with(pay(Policy::Park), attempt(7)).await.unwrap();
    app.payments.gateway.will([Does::Fails(Trouble::Lost)]);
    app.send_with(pay(Policy::Park), attempt(8)).await.unwrap_err();
    app.clock.advance(Duration::from_secs(60));
    assert_eq!(kept.trim(&app.db, 10).await.unwrap(), 0, "not before");
    app.clock.advance(Duration::from_secs(1));
    assert_eq!(kept.trim(&app.db, 10).await.unwrap(), 1);
    assert_eq!(open(&app).len(), 1, "what has no answer stays");
    app.send_with(pay(Policy::Park), attempt(7)).await.unwrap();
    assert_eq!(app.payments.gateway.calls(), 3);
}

/// What was parked is parked still when the file is opened again.
#[tokio::test]
async fn a_parked_effect_outlives_its_process() {
    let on = Backing::file();
    let before = shop(&on);
    killed(&before, pay(Policy::Park)).await;
    let key = before.payments.gateway.keys()[0].clone();
    drop(before);
    let app = shop(&on);
    // The new clock is behind the old one or not: the lease is of the store's time.
    app.clock.advance(Duration::from_secs(60));
    let told = app.send_with(pay(Policy::Park), attempt(7)).await.unwrap_err();
    assert_eq!(told.code(), "catga.delivery.effect_parked");
    let [parked] = &open(&app)[..] else { panic!("one") };
    assert_eq!(CHARGE.key(&app.db, parked).unwrap().as_str(), key);
    assert_eq!(app.payments.gateway.calls(), 0);
}
