//! Commands that come again.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::time::Duration;

use catga::envelope::Headers;
use catga::error::Classify as _;
use catga::id::Id;
use catga::prelude::*;
use catga::store::{Idempotency, Recorded, Store};
use catga::testing::VirtualClock;
use catga_tests::{drive, poll_once};
use serde::{Deserialize, Serialize};
use tokio::sync::Notify;

use crate::bank::{ACCOUNTS, Backing, BankError, Main, accounts};

#[command(reply = i64, error = BankError, critical)]
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Charge {
    account: u32,
    cents: i64,
}

#[command(critical)]
#[derive(Clone, Serialize, Deserialize)]
struct Later {
    cents: i64,
}

#[derive(Default)]
struct Cards {
    runs: AtomicU32,
    /// The first so many fail.
    failing: AtomicU32,
    /// The first waits.
    waits: bool,
    go_on: Notify,
}

#[handler]
impl Cards {
    async fn charge(&self, cmd: Charge, cx: &mut Context<impl Within<Main>>) -> Result<i64, Error<BankError>> {
        let run = self.runs.fetch_add(1, SeqCst) + 1;
        let sum = ACCOUNTS.get(cx.tx(), &cmd.account).await.map_err(Error::refused)?.unwrap_or(0) + cmd.cents;
        ACCOUNTS.put(cx.tx(), &cmd.account, &sum).map_err(Error::refused)?;
        if self.waits && run == 1 {
            self.go_on.notified().await;
        }
        if run <= self.failing.load(SeqCst) { Err(BankError::Declined.into()) } else { Ok(sum) }
    }

    async fn later(&self, cmd: Later, cx: &mut Context<impl Within<Main>>) -> Result<(), Error> {
        self.runs.fetch_add(1, SeqCst);
        let sum = ACCOUNTS.get(cx.tx(), &1).await.map_err(Error::refused)?.unwrap_or(0) + cmd.cents;
        ACCOUNTS.put(cx.tx(), &1, &sum).map_err(Error::refused)
    }
}

#[mediator(serves, clock = self.clock, timer = self.clock)]
struct Shop {
    clock: VirtualClock,
    #[pipeline(Timeout::secs(5), commands: Idempotent(self.db))]
    cards: Cards,
    db: Store<Main>,
}

fn shop(cards: Cards, on: &Backing) -> Shop {
    let clock = VirtualClock::new();
    Shop { db: on.simulated(&clock), clock, cards }
}

fn charge(cents: i64) -> Charge {
    Charge { account: 1, cents }
}

fn call(id: u64) -> Call<'static> {
    Call::new().id(Id::new(id))
}

on_every_engine! {
    g1_a_duplicate_gets_the_recorded_reply
    g2_concurrent_duplicates_have_one_effect
    g2_a_duplicate_waits_for_the_reply
    g2_a_duplicate_is_told_when_to_ask_again
    g6_one_key_of_two_messages_is_two
    g9_who_vanished_does_not_hold_its_key_for_ever
    g10_failures_are_not_recorded
    one_key_with_another_request_is_refused
    a_reply_that_does_not_decode_is_no_second_run
    a_callers_own_key_is_its_own
}

async fn g1_a_duplicate_gets_the_recorded_reply(on: Backing) {
    let app = shop(Cards::default(), &on);
    for _ in 0..3 {
        assert_eq!(app.send_with(charge(5), call(7)).await, Ok(5));
    }
    assert_eq!(app.send_with(charge(5), call(8)).await, Ok(10), "another message is another");
    assert_eq!((app.cards.runs.load(SeqCst), accounts(&app.db).await), (2, vec![(1, 10)]));
}

async fn g2_concurrent_duplicates_have_one_effect(on: Backing) {
    // Two nodes: two mediators over one store, on threads.
    let db = on.open::<Main>();
    let node = || Arc::new(Shop { clock: VirtualClock::new(), cards: Cards::default(), db: db.clone() });
    let nodes = [node(), node()];
    for id in 1..=20 {
        let calls = (0..8).map(|n| {
            let node = Arc::clone(&nodes[n % 2]);
            tokio::spawn(async move { node.send_with(charge(1), call(id)).await })
        });
        for reply in futures_util::future::join_all(calls).await {
            assert_eq!(reply.unwrap(), Ok(id as i64));
        }
    }
    assert_eq!(accounts(&db).await, [(1, 20)]);
    assert_eq!(nodes.iter().map(|node| node.cards.runs.load(SeqCst)).sum::<u32>(), 20);
}

async fn g2_a_duplicate_waits_for_the_reply(on: Backing) {
    let app = shop(Cards { waits: true, ..Cards::default() }, &on);
    let mut first = std::pin::pin!(app.send_with(charge(5), call(7)));
    assert!(poll_once(&mut first).await.is_pending());
    let mut second = std::pin::pin!(app.send_with(charge(5), call(7)));
    assert!(poll_once(&mut second).await.is_pending(), "it waits");
    app.cards.go_on.notify_one();
    assert_eq!((first.await, second.await), (Ok(5), Ok(5)));
    assert_eq!(app.cards.runs.load(SeqCst), 1);
}

async fn g2_a_duplicate_is_told_when_to_ask_again(on: Backing) {
    // Nobody ends the first in time.
    let app = shop(Cards { waits: true, ..Cards::default() }, &on);
    let records = Idempotency::new("Charge");
    let other = request(&app, &charge(5)).await;
    let _theirs = records.claim(&app.db, &by_id(7), other, 1).await.unwrap();
    let (told, waits) = drive(&app.clock, app.send_with(charge(5), call(7))).await;
    let told = told.unwrap_err();
    assert_eq!((told.code(), told.class()), ("catga.store.in_progress", Class::Transient));
    assert!(told.retry_after().is_some_and(|after| after > Duration::from_secs(20)), "{:?}", told.retry_after());
    let waited: Duration = waits.into_iter().sum();
    assert!(waited < Duration::from_secs(5) && waited > Duration::from_secs(4), "until its deadline: {waited:?}");
    assert_eq!(app.cards.runs.load(SeqCst), 0);
}

fn by_id(id: u64) -> Vec<u8> {
    [&[0][..], &id.to_be_bytes()].concat()
}

/// The number that the shop has for a request.
async fn request(_: &Shop, message: &Charge) -> u64 {
    <Shop as catga::delivery::Records<Charge>>::fingerprint(message).unwrap()
}

/// Stores hold it, so it stays what it was.
#[test]
fn the_number_of_a_request() {
    let number = <Shop as catga::delivery::Records<Charge>>::fingerprint(&charge(5)).unwrap();
    assert_eq!(number, 0x082f_1c07_b4e8_8292, "FNV-1a of its bytes in Postcard, `[1, 10]`");
}

async fn g6_one_key_of_two_messages_is_two(on: Backing) {
    let app = shop(Cards::default(), &on);
    app.send_with(charge(5), call(7)).await.unwrap();
    app.send_with(Later { cents: 2 }, call(7)).await.unwrap();
    assert_eq!(accounts(&app.db).await, [(1, 7)]);
}

async fn g9_who_vanished_does_not_hold_its_key_for_ever(on: Backing) {
    let app = shop(Cards { waits: true, ..Cards::default() }, &on);
    // It runs into its timeout, and is dropped where it waits.
    assert_eq!(drive(&app.clock, app.send_with(charge(5), call(7))).await.0, Err(Error::Timeout));
    let told = drive(&app.clock, app.send_with(charge(5), call(7))).await.0.unwrap_err();
    assert_eq!(told.code(), "catga.store.in_progress");
    app.clock.advance(told.retry_after().unwrap());
    assert_eq!(drive(&app.clock, app.send_with(charge(5), call(7))).await.0, Ok(5));
    assert_eq!(accounts(&app.db).await, [(1, 5)]);
}

async fn g10_failures_are_not_recorded(on: Backing) {
    let app = shop(Cards { failing: 2.into(), ..Cards::default() }, &on);
    for _ in 0..2 {
        assert_eq!(app.send_with(charge(5), call(7)).await, Err(Error::Handler(BankError::Declined)));
    }
    assert_eq!(app.send_with(charge(5), call(7)).await, Ok(5));
    assert_eq!(app.send_with(charge(5), call(7)).await, Ok(5));
    assert_eq!((app.cards.runs.load(SeqCst), accounts(&app.db).await), (3, vec![(1, 5)]));
}

async fn one_key_with_another_request_is_refused(on: Backing) {
    let app = shop(Cards::default(), &on);
    app.send_with(charge(5), call(7)).await.unwrap();
    let refused = app.send_with(charge(6), call(7)).await.unwrap_err();
    assert_eq!((refused.code(), refused.class()), ("catga.store.mismatch", Class::Permanent));
    assert_eq!(accounts(&app.db).await, [(1, 5)]);
}

async fn a_reply_that_does_not_decode_is_no_second_run(on: Backing) {
    let app = shop(Cards::default(), &on);
    let records = Idempotency::new("Charge");
    let number = request(&app, &charge(5)).await;
    let old = Recorded { codec: "an old one".into(), schema: 0, reply: vec![1] };
    let mut tx = app.db.begin().unwrap();
    records.record(&mut tx, &by_id(7), number, old).unwrap();
    tx.commit().await.unwrap();
    let refused = app.send_with(charge(5), call(7)).await.unwrap_err();
    assert_eq!((refused.code(), refused.class()), ("catga.delivery.recorded_reply", Class::Permanent));
    assert_eq!(app.cards.runs.load(SeqCst), 0);
}

async fn a_callers_own_key_is_its_own(on: Backing) {
    let app = shop(Cards::default(), &on);
    let headers: [(&str, &str); 1] = [("idempotency-key", "order-7")];
    let named = || Call::new().headers(Headers::of(&headers));
    assert_eq!(app.send_with(charge(5), named()).await, Ok(5));
    assert_eq!(app.send_with(charge(5), named()).await, Ok(5));
    assert_eq!(app.send(charge(5)).await, Ok(10));
    // Of what follows from another message the header says nothing.
    assert_eq!(app.send_with(charge(5), named().causation(Id::new(3))).await, Ok(15));
}
