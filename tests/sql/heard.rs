//! Handlers of one event, each delivered by itself; and an outbox that is full.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::SeqCst};
use std::time::Duration;

use catga::delivery::{DEAD, OUTBOX, Redelivery};
use catga::error::Classify as _;
use catga::prelude::*;
use catga::store::outbox::{KeyState, OutboxLimits};
use catga::store::port::{Drains as _, Transacts as _, Writes as _};
use catga::store::{ErrorKind, Outbox, Sql};
use catga_tests::Trouble;
use catga_tests::scenarios;
use serde::{Deserialize, Serialize};

use super::world::{Db, Main, Place, Tx, fresh, timed};

scenarios! { 5:
    f_who_has_done_its_part_does_not_do_it_again
    f_a_replayed_event_is_for_those_who_failed
    f_an_event_of_a_handler_that_is_gone_is_held
    f_of_two_that_record_a_handler_one_commits
    f_a_full_outbox_stops_the_intake_and_not_the_drain
}

#[command]
#[derive(Serialize, Deserialize)]
struct Order;

#[event]
#[derive(Serialize, Deserialize)]
struct Placed;

#[derive(Default)]
struct Orders {
    runs: AtomicU32,
}

#[handler]
impl Orders {
    async fn place(&self, _: Order, cx: &mut Context<impl Publishes<Placed>>) -> Result<(), Error> {
        self.runs.fetch_add(1, SeqCst);
        cx.publish(Placed).await.map_err(Error::refused)
    }
}

/// Counts in its transaction.
struct Stock;

#[handler]
impl Stock {
    #[handler(name = "stock")]
    async fn on_placed(&self, _: &Placed, cx: &mut Context<impl Within<Main, Tx>>) -> Result<(), Failure> {
        let counted = sqlx::query("update stock set pieces = pieces + 1").execute(&mut **cx.tx()).await;
        counted.map(drop).map_err(Failure::from_error)
    }
}

#[derive(Default)]
struct Mail {
    sent: AtomicU32,
}

#[handler]
impl Mail {
    #[handler(name = "mail")]
    fn on_placed(&self, _: &Placed) {
        self.sent.fetch_add(1, SeqCst);
    }
}

/// Fails so many times; then it is the end.
#[derive(Default)]
struct Last {
    failing: AtomicU32,
    runs: AtomicU32,
    /// A failure is the end, too.
    ends: AtomicBool,
    stop: Cancel,
}

#[handler]
impl Last {
    #[handler(name = "last")]
    async fn on_placed(&self, _: &Placed) -> Result<(), Failure> {
        self.runs.fetch_add(1, SeqCst);
        let fails = self.failing.fetch_update(SeqCst, SeqCst, |left| left.checked_sub(1)).is_ok();
        if !fails || self.ends.load(SeqCst) {
            self.stop.cancel();
        }
        if fails { Err(Failure::from_error(Trouble::Busy)) } else { Ok(()) }
    }
}

#[mediator(serves)]
struct Shop {
    #[pipeline(commands: Transactional(self.db))]
    orders: Orders,
    #[pipeline(events: Transactional(self.db))]
    stock: Stock,
    mail: Mail,
    last: Last,
    db: Sql<Db, Main>,
}

/// The same without the mail.
#[mediator(serves)]
struct Quiet {
    #[pipeline(events: Transactional(self.db))]
    stock: Stock,
    last: Last,
    db: Sql<Db, Main>,
}

async fn shop(failing: u32) -> (Place, Shop) {
    let (place, ..) = fresh().await;
    // On the system's time, for retries.
    let db: Sql<Db, Main> = place.node(8, timed()).await;
    sqlx::raw_sql("create table stock (pieces bigint); insert into stock values (0)").execute(db.pool()).await.unwrap();
    let last = Last { failing: failing.into(), ..Last::default() };
    let shop = Shop { orders: Orders::default(), stock: Stock, mail: Mail::default(), last, db };
    (place, shop)
}

/// How often each has done it: in a transaction, outside of one, and the one that fails.
async fn times(shop: &Shop) -> (i64, u32, u32) {
    let pieces = sqlx::query_scalar("select pieces from stock").fetch_one(shop.db.pool()).await.unwrap();
    (pieces, shop.mail.sent.load(SeqCst), shop.last.runs.load(SeqCst))
}

async fn records(db: &Sql<Db, Main>) -> i64 {
    sqlx::query_scalar("select count(*) from catga_heard").fetch_one(db.pool()).await.unwrap()
}

async fn f_who_has_done_its_part_does_not_do_it_again() {
    let (_place, shop) = shop(2).await;
    shop.send(Order).await.unwrap();
    let again = Redelivery::attempts(9).base(Duration::from_millis(1));
    Relay::new(&shop.db)
        .redelivery(again)
        .look_every(Duration::from_millis(1))
        .run::<Shop, _>(&shop, &shop.last.stop)
        .await;
    assert_eq!(times(&shop).await, (1, 1, 3));
    assert_eq!((records(&shop.db).await, shop.db.backlog(&OUTBOX).await.unwrap()), (0, 0));
}

/// An event that one has failed to handle, and that was given up.
async fn given_up() -> (Place, Shop) {
    let (place, shop) = shop(1).await;
    shop.last.ends.store(true, SeqCst);
    shop.send(Order).await.unwrap();
    Relay::new(&shop.db).redelivery(Redelivery::attempts(1)).run::<Shop, _>(&shop, &shop.last.stop).await;
    assert_eq!((times(&shop).await, records(&shop.db).await), ((1, 1, 1), 2));
    (place, shop)
}

async fn f_a_replayed_event_is_for_those_who_failed() {
    let (_place, shop) = given_up().await;
    let relay = Relay::new(&shop.db);
    let letter = shop.db.letters(&DEAD, None, 9).await.unwrap().remove(0).0;
    relay.replay(letter).await.unwrap();
    let stop = Cancel::new();
    let quiet = async {
        let mut head = shop.db.head();
        while shop.db.backlog(&OUTBOX).await.unwrap() > 0 {
            head.changed().await.unwrap();
        }
        stop.cancel();
    };
    tokio::join!(relay.run::<Shop, _>(&shop, &stop), quiet);
    assert_eq!((times(&shop).await, records(&shop.db).await), ((1, 1, 2), 0));

    // Whoever throws it away throws the records away with it.
    let (_place, shop) = given_up().await;
    let letter = shop.db.letters(&DEAD, None, 9).await.unwrap().remove(0).0;
    shop.db.discard(&DEAD, letter).await.unwrap();
    assert_eq!(records(&shop.db).await, 0);
    assert_eq!(shop.db.discard(&DEAD, letter).await.unwrap_err().kind(), ErrorKind::Missing);
}

async fn f_an_event_of_a_handler_that_is_gone_is_held() {
    let (_place, shop) = given_up().await;
    let letter = shop.db.letters(&DEAD, None, 9).await.unwrap().remove(0).0;
    let relay = Relay::new(&shop.db);
    relay.replay(letter).await.unwrap();
    let quiet = Quiet { stock: Stock, last: Last::default(), db: shop.db.clone() };
    let stop = Cancel::new();
    let held = async {
        let mut head = shop.db.head();
        loop {
            let keys = shop.db.keys(&OUTBOX, None, 9).await.unwrap();
            if keys.iter().any(|key| key.state == KeyState::Held) {
                break stop.cancel();
            }
            head.changed().await.unwrap();
        }
    };
    tokio::join!(relay.run::<Quiet, _>(&quiet, &stop), held);
    assert_eq!((quiet.last.runs.load(SeqCst), times(&shop).await), (0, (1, 1, 1)));
    assert_eq!(shop.db.forget_handler("nobody", 9).await.unwrap(), 0);
    assert_eq!(shop.db.forget_handler("mail", 9).await.unwrap(), 1);
    // A relay that starts looks at it again.
    relay.run::<Quiet, _>(&quiet, &quiet.last.stop).await;
    assert_eq!((quiet.last.runs.load(SeqCst), times(&shop).await.0, records(&shop.db).await), (1, 1, 0));
}

async fn f_of_two_that_record_a_handler_one_commits() {
    let (_place, db, _) = fresh().await;
    let record = || async {
        let mut tx = db.begin().await?;
        tx.record_once(7, "stock").await?;
        tx.commit().await
    };
    let (one, other) = tokio::join!(record(), record());
    let kinds = [one, other].map(|outcome| outcome.err().map(|error| error.kind()));
    assert!(matches!(kinds, [None, Some(ErrorKind::Conflict)] | [Some(ErrorKind::Conflict), None]), "{kinds:?}");
    assert_eq!(db.heard(7).await.unwrap(), ["stock"]);
    assert_eq!(db.heard(8).await.unwrap(), [""; 0]);
}

/// Of one row, and one more in reserve.
const SMALL: Outbox = OUTBOX.limits(OutboxLimits { rows: 1, ..OutboxLimits::DEFAULT });

#[event]
#[derive(Serialize, Deserialize)]
struct Echo;

struct Repeats;

#[handler]
impl Repeats {
    async fn on_placed(&self, _: &Placed, cx: &mut Context<impl Publishes<Echo>>) -> Result<(), Failure> {
        cx.publish(Echo).await.map_err(Failure::from_error)
    }
}

#[derive(Default)]
struct Ear {
    stop: Cancel,
}

#[handler]
impl Ear {
    fn on_echo(&self, _: &Echo) {
        self.stop.cancel();
    }
}

#[mediator(serves)]
struct Narrow {
    #[pipeline(commands: Transactional(self.db).outbox(SMALL))]
    orders: Orders,
    #[pipeline(events: Transactional(self.db).outbox(SMALL))]
    repeats: Repeats,
    ear: Ear,
    db: Sql<Db, Main>,
}

async fn f_a_full_outbox_stops_the_intake_and_not_the_drain() {
    let (_place, db, clock) = fresh().await;
    let shop = Narrow { orders: Orders::default(), repeats: Repeats, ear: Ear::default(), db };
    shop.send(Order).await.unwrap();
    for _ in 0..2 {
        assert_eq!(shop.send(Order).await.unwrap_err().code(), "catga.store.overloaded");
    }
    assert_eq!(shop.orders.runs.load(SeqCst), 1, "it is refused before it has done anything");
    let stats = Relay::new(&shop.db).outbox(SMALL).run::<Narrow, _>(&shop, &shop.ear.stop).await;
    assert_eq!((stats.delivered, stats.retried), (2, 0), "what is delivered publishes in turn");
    clock.advance(Duration::from_millis(100));
    shop.send(Order).await.unwrap();
}
