//! Handlers in transactions, and what is delivered after them.

use std::fmt;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::time::Duration;

use catga::delivery::{DEAD, OUTBOX};
use catga::envelope::Headers;
use catga::error::Classify as _;
use catga::id::Id;
use catga::prelude::*;
use catga::store::sql::SqlOptions;
use catga::store::{ErrorKind, Sql};
use catga_tests::poll_once;
use futures_util::future::join_all;
use serde::{Deserialize, Serialize};
use tokio::sync::Notify;

use super::world::{Db, Main, Place, Tx, fresh};

scenarios! { 14:
    f1_f2_a_commit_emits_and_a_rollback_does_not
    f3_another_node_delivers_what_a_vanished_one_committed
    f5_two_relays_deliver_each_message_once
    f6_a_poisoned_message_is_a_dead_letter_and_is_replayed_once
    e_what_is_enqueued_for_later_is_delivered_when_due
    g1_a_duplicate_gets_the_recorded_reply
    g2_concurrent_duplicates_on_two_nodes_have_one_effect
    g10_failures_are_not_recorded
    l4_one_hot_key_all_succeed
    l5_a_cancelled_command_leaves_nothing
    l6_a_retry_inside_commits_one_attempts_rows
    l7_a_nested_transaction_is_refused_and_does_not_hang
    l8_two_databases_are_not_mixed_up
    an_error_that_is_named_commits
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Classify)]
pub enum BankError {
    #[class(code = "bank.declined")]
    Declined,
    #[class(transient, code = "bank.busy")]
    Busy,
}

impl fmt::Display for BankError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

impl std::error::Error for BankError {}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Then {
    Answer,
    Decline,
    Wait,
    /// Is busy the first so many times.
    BusyFor(u32),
    /// Books once more, in a transaction of its own.
    Nest,
}

/// Books an amount on an account, and answers with what is there.
#[command(reply = i64, error = BankError, key = account)]
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Book {
    account: i64,
    cents: i64,
    then: Then,
}

fn book(account: i64, cents: i64, then: Then) -> Book {
    Book { account, cents, then }
}

#[event(key = account)]
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Booked {
    account: i64,
    sum: i64,
}

#[derive(Default)]
struct Books {
    tries: AtomicU32,
    go_on: Notify,
}

/// One statement each, so that it is the same on both databases.
async fn add(tx: &mut Tx, account: i64, cents: i64) -> Result<i64, sqlx::Error> {
    let sql = "insert into accounts (id, cents) values ($1, $2) \
        on conflict (id) do update set cents = accounts.cents + $2 returning cents";
    sqlx::query_scalar(sql).bind(account).bind(cents).fetch_one(&mut **tx).await
}

#[handler]
impl Books {
    async fn book(
        &self,
        cmd: Book,
        cx: &mut Context<impl Within<Main, Tx> + Publishes<Booked> + Sends<Apart>>,
    ) -> Result<i64, Error<BankError>> {
        let tries = self.tries.fetch_add(1, SeqCst) + 1;
        let sum = add(cx.tx(), cmd.account, cmd.cents).await.map_err(Error::refused)?;
        // Each attempt writes a row of its own, too.
        add(cx.tx(), 1_000 + i64::from(tries), 1).await.map_err(Error::refused)?;
        cx.publish(Booked { account: cmd.account, sum }).await.map_err(Error::refused)?;
        match cmd.then {
            Then::Answer => {}
            Then::Decline => return Err(BankError::Declined.into()),
            Then::Wait => self.go_on.notified().await,
            Then::BusyFor(times) if tries <= times => return Err(BankError::Busy.into()),
            Then::BusyFor(_) => {}
            Then::Nest => {
                let refused = cx.send(Apart).await.unwrap_err();
                assert_eq!(refused.code(), "catga.store.nested");
            }
        }
        Ok(sum)
    }

    async fn apart(&self, _: Apart, cx: &mut Context<impl Within<Main, Tx>>) -> Result<(), Error> {
        add(cx.tx(), 1, 1_000).await.map(drop).map_err(Error::refused)
    }
}

#[command]
#[derive(Clone, Serialize, Deserialize)]
struct Apart;

/// What the ledger has heard, in its own transaction: the ids of its messages, and how often each came.
#[derive(Default)]
struct Ledger {
    sums: Mutex<Vec<(i64, i64)>>,
}

#[handler]
impl Ledger {
    async fn on_booked(&self, event: &Booked, cx: &mut Context<impl Within<Main, Tx>>) -> Result<(), Failure> {
        let id = cx.message_id().get();
        let sql = "insert into heard (id, times) values ($1, 1) on conflict (id) do update set times = heard.times + 1";
        sqlx::query(sql).bind(id as i64).execute(&mut **cx.tx()).await.map_err(Failure::from_error)?;
        self.sums.lock().unwrap().push((event.account, event.sum));
        Ok(())
    }
}

#[mediator(serves)]
struct Bank {
    #[pipeline(commands: Transactional(self.db))]
    books: Books,
    #[pipeline(events: Retry::times(50).base(Duration::from_millis(1)), events: Transactional(self.db))]
    ledger: Ledger,
    db: Sql<Db, Main>,
}

impl Bank {
    fn new(db: Sql<Db, Main>) -> Self {
        Self { books: Books::default(), ledger: Ledger::default(), db }
    }
}

/// On the system's time.
async fn open() -> (Place, Sql<Db, Main>) {
    let (place, db, _) = fresh().await;
    let tables = "create table accounts (id bigint primary key, cents bigint not null); \
        create table heard (id bigint primary key, times bigint not null)";
    sqlx::raw_sql(tables).execute(db.pool()).await.unwrap();
    let db = place.node(8, SqlOptions::default()).await;
    (place, db)
}

async fn accounts<D: 'static>(db: &Sql<Db, D>) -> Vec<(i64, i64)> {
    sqlx::query_as("select id, cents from accounts where id < 1000 order by id").fetch_all(db.pool()).await.unwrap()
}

/// How many attempts have left a row.
async fn attempts<D: 'static>(db: &Sql<Db, D>) -> i64 {
    sqlx::query_scalar("select count(*) from accounts where id > 1000").fetch_one(db.pool()).await.unwrap()
}

async fn heard(db: &Sql<Db, Main>) -> Vec<i64> {
    sqlx::query_scalar("select times from heard").fetch_all(db.pool()).await.unwrap()
}

/// Runs a relay until nothing is left.
async fn drain<A>(relay: &Relay<Main, Sql<Db, Main>>, app: &A, db: &Sql<Db, Main>)
where
    A: Mediator + catga::wire::Serves<A>,
{
    let stop = Cancel::new();
    let waiting = async {
        let mut head = catga::store::Transacts::head(db);
        while db.backlog(&OUTBOX).await.unwrap() > 0 {
            head.changed().await.unwrap();
        }
        stop.cancel();
    };
    tokio::join!(relay.run::<A, A>(app, &stop), waiting);
}

async fn f1_f2_a_commit_emits_and_a_rollback_does_not() {
    let (_place, db) = open().await;
    let bank = Bank::new(db);
    for _ in 0..3 {
        bank.send(book(1, 5, Then::Answer)).await.unwrap();
        assert_eq!(bank.send(book(1, 7, Then::Decline)).await, Err(BankError::Declined.into()));
    }
    assert_eq!((accounts(&bank.db).await, attempts(&bank.db).await), (vec![(1, 15)], 3));
    assert_eq!(bank.db.backlog(&OUTBOX).await.unwrap(), 3);
    let relay = Relay::new(&bank.db);
    drain(&relay, &bank, &bank.db).await;
    assert_eq!(*bank.ledger.sums.lock().unwrap(), [(1, 5), (1, 10), (1, 15)]);
    assert_eq!((heard(&bank.db).await, relay.stats().delivered), (vec![1; 3], 3));
}

async fn f3_another_node_delivers_what_a_vanished_one_committed() {
    let (place, db) = open().await;
    let before = Bank::new(db);
    before.send(book(1, 5, Then::Answer)).await.unwrap();
    before.db.pool().close().await;
    drop(before);
    let after = Bank::new(place.node(4, SqlOptions::default()).await);
    drain(&Relay::new(&after.db), &after, &after.db).await;
    assert_eq!(heard(&after.db).await, [1]);
}

async fn f5_two_relays_deliver_each_message_once() {
    let (place, db) = open().await;
    let bank = Bank::new(db);
    for number in 0..60 {
        bank.send(book(number % 20, 1, Then::Answer)).await.unwrap();
    }
    let other = Bank::new(place.node(4, SqlOptions::default()).await);
    let (one, two) = (Relay::new(&bank.db).concurrency(4), Relay::new(&other.db).concurrency(4));
    let stop = Cancel::new();
    let waiting = async {
        let mut heads = [&bank.db, &other.db].map(catga::store::Transacts::head);
        while bank.db.backlog(&OUTBOX).await.unwrap() > 0 {
            let [one, two] = &mut heads;
            futures_util::future::select(Box::pin(one.changed()), Box::pin(two.changed())).await;
        }
        stop.cancel();
    };
    let (one, two, ()) = tokio::join!(one.run::<Bank, _>(&bank, &stop), two.run::<Bank, _>(&other, &stop), waiting);
    assert_eq!((one.delivered + two.delivered, one.lost + two.lost), (60, 0));
    assert_eq!(heard(&bank.db).await, [1; 60]);
    for node in [&bank, &other] {
        for account in 0..20 {
            let sums = node.ledger.sums.lock().unwrap();
            let of: Vec<i64> = sums.iter().filter(|(at, _)| *at == account).map(|(_, sum)| *sum).collect();
            assert!(of.is_sorted(), "out of order: {of:?}");
        }
    }
}

#[command]
#[derive(Clone, Serialize, Deserialize)]
struct Post {
    later: bool,
}

/// Poison until it is cured.
#[command(error = BankError)]
#[derive(Clone, Serialize, Deserialize)]
struct Pill;

#[derive(Default)]
struct Desk {
    cured: AtomicU32,
    taken: AtomicU32,
    due: AtomicU32,
    stop: Cancel,
}

#[handler]
impl Desk {
    async fn post(&self, cmd: Post, cx: &mut Context<impl Enqueues<Pill>>) -> Result<(), Error> {
        let enqueued = match cmd.later {
            false => cx.enqueue(Pill).await,
            true => cx.enqueue_after(Pill, Duration::from_millis(30)).await,
        };
        enqueued.map(drop).map_err(Error::refused)
    }

    fn swallow(&self, _: Pill) -> Result<(), BankError> {
        if self.cured.load(SeqCst) == 0 {
            self.taken.fetch_add(1, SeqCst);
            return Err(BankError::Declined);
        }
        self.due.fetch_add(1, SeqCst);
        self.stop.cancel();
        Ok(())
    }
}

#[mediator(serves)]
struct Office {
    #[pipeline(commands: Transactional(self.db))]
    desk: Desk,
    db: Sql<Db, Main>,
}

async fn f6_a_poisoned_message_is_a_dead_letter_and_is_replayed_once() {
    let (_place, db) = open().await;
    let office = Office { desk: Desk::default(), db };
    office.send(Post { later: false }).await.unwrap();
    let relay = Relay::new(&office.db);
    drain(&relay, &office, &office.db).await;
    assert_eq!((relay.stats().given_up, office.desk.taken.load(SeqCst)), (1, 1));
    let letters = office.db.letters(&DEAD, None, 10).await.unwrap();
    let (id, letter) = &letters[0];
    assert_eq!((letters.len(), letter.errors[0].as_str(), letter.attempts), (1, "bank.declined", 1));
    assert_eq!(letter.source, office.db.id().await.unwrap().to_string());
    office.desk.cured.store(1, SeqCst);
    relay.replay(*id).await.unwrap();
    let again = relay.replay(*id).await.map_err(|error| error.kind());
    assert_eq!(again, Err(ErrorKind::Missing));
    relay.run::<Office, _>(&office, &office.desk.stop).await;
    assert_eq!(office.desk.due.load(SeqCst), 1);
    assert_eq!(
        (office.db.backlog(&OUTBOX).await.unwrap(), office.db.letters(&DEAD, None, 1).await.unwrap()),
        (0, vec![])
    );
}

async fn e_what_is_enqueued_for_later_is_delivered_when_due() {
    let (_place, db) = open().await;
    let office = Office { desk: Desk { cured: AtomicU32::new(1), ..Desk::default() }, db };
    office.send(Post { later: true }).await.unwrap();
    assert_eq!(office.db.backlog(&OUTBOX).await.unwrap(), 0, "it is not due");
    let relay = Relay::new(&office.db).look_every(Duration::from_millis(5));
    relay.run::<Office, _>(&office, &office.desk.stop).await;
    assert_eq!((office.desk.due.load(SeqCst), relay.stats().delivered), (1, 1));
}

#[command(reply = i64, error = BankError, critical)]
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Charge {
    cents: i64,
}

#[derive(Default)]
struct Cards {
    runs: AtomicU32,
    /// The first so many fail.
    failing: AtomicU32,
}

#[handler]
impl Cards {
    async fn charge(&self, cmd: Charge, cx: &mut Context<impl Within<Main, Tx>>) -> Result<i64, Error<BankError>> {
        let run = self.runs.fetch_add(1, SeqCst) + 1;
        let sum = add(cx.tx(), 1, cmd.cents).await.map_err(Error::refused)?;
        if run <= self.failing.load(SeqCst) { Err(BankError::Declined.into()) } else { Ok(sum) }
    }
}

#[mediator(serves)]
struct Shop {
    #[pipeline(commands: Retry::times(100).base(Duration::from_millis(1)), commands: Idempotent(self.db))]
    cards: Cards,
    db: Sql<Db, Main>,
}

fn call(id: u64) -> Call<'static> {
    Call::new().id(Id::new(id))
}

async fn g1_a_duplicate_gets_the_recorded_reply() {
    let (_place, db) = open().await;
    let shop = Shop { cards: Cards::default(), db };
    for _ in 0..3 {
        assert_eq!(shop.send_with(Charge { cents: 5 }, call(7)).await, Ok(5));
    }
    assert_eq!(shop.send_with(Charge { cents: 5 }, call(8)).await, Ok(10), "another message is another");
    let named = || Call::new().headers(Headers::of(&[("idempotency-key", "order 7")]));
    assert_eq!(shop.send_with(Charge { cents: 1 }, named()).await, Ok(11));
    assert_eq!(shop.send_with(Charge { cents: 1 }, named()).await, Ok(11));
    let other = shop.send_with(Charge { cents: 2 }, named()).await.unwrap_err();
    assert_eq!(other.code(), "catga.store.mismatch");
    assert_eq!((shop.cards.runs.load(SeqCst), accounts(&shop.db).await), (3, vec![(1, 11)]));
}

async fn g2_concurrent_duplicates_on_two_nodes_have_one_effect() {
    let (place, db) = open().await;
    let nodes = [
        Arc::new(Shop { cards: Cards::default(), db }),
        Arc::new(Shop { cards: Cards::default(), db: place.node(4, SqlOptions::default()).await }),
    ];
    for id in 1..=10 {
        let calls = (0..8).map(|n| {
            let node = Arc::clone(&nodes[n % 2]);
            tokio::spawn(async move { node.send_with(Charge { cents: 1 }, call(id)).await })
        });
        for reply in join_all(calls).await {
            assert_eq!(reply.unwrap(), Ok(id as i64));
        }
    }
    assert_eq!(accounts(&nodes[0].db).await, [(1, 10)]);
    assert_eq!(nodes.iter().map(|node| node.cards.runs.load(SeqCst)).sum::<u32>(), 10);
}

async fn g10_failures_are_not_recorded() {
    let (_place, db) = open().await;
    let shop = Shop { cards: Cards { failing: AtomicU32::new(2), ..Cards::default() }, db };
    for _ in 0..2 {
        assert_eq!(shop.send_with(Charge { cents: 5 }, call(7)).await, Err(BankError::Declined.into()));
    }
    for _ in 0..2 {
        assert_eq!(shop.send_with(Charge { cents: 5 }, call(7)).await, Ok(5));
    }
    assert_eq!(shop.cards.runs.load(SeqCst), 3);
}

async fn l4_one_hot_key_all_succeed() {
    let (_place, db) = open().await;
    let bank = Arc::new(Bank::new(db));
    let callers = (0..64).map(|_| {
        let bank = Arc::clone(&bank);
        tokio::spawn(async move { bank.send(book(1, 1, Then::Answer)).await })
    });
    for reply in join_all(callers).await {
        reply.unwrap().unwrap();
    }
    assert_eq!((accounts(&bank.db).await, bank.books.tries.load(SeqCst)), (vec![(1, 64)], 64));
    assert_eq!(bank.db.backlog(&OUTBOX).await.unwrap(), 64);
}

async fn l5_a_cancelled_command_leaves_nothing() {
    let (_place, db) = open().await;
    let bank = Bank::new(db);
    let mut sent = Box::pin(bank.send(book(1, 5, Then::Wait)));
    while bank.books.tries.load(SeqCst) == 0 {
        assert!(poll_once(&mut sent).await.is_pending());
        tokio::task::yield_now().await;
    }
    drop(sent);
    // The next one has the key, and the connection.
    assert_eq!(bank.send(book(1, 7, Then::Answer)).await, Ok(7));
    assert_eq!((accounts(&bank.db).await, attempts(&bank.db).await), (vec![(1, 7)], 1));
    assert_eq!(bank.db.backlog(&OUTBOX).await.unwrap(), 1);
}

#[mediator(serves)]
struct Patient {
    #[pipeline(commands: Transactional(self.db), commands: Retry::times(5).base(Duration::ZERO))]
    books: Books,
    #[pipeline(events: Transactional(self.db))]
    ledger: Ledger,
    db: Sql<Db, Main>,
}

async fn l6_a_retry_inside_commits_one_attempts_rows() {
    let (_place, db) = open().await;
    let bank = Patient { books: Books::default(), ledger: Ledger::default(), db };
    assert_eq!(bank.send(book(1, 5, Then::BusyFor(3))).await, Ok(5));
    assert_eq!(bank.books.tries.load(SeqCst), 4);
    assert_eq!((accounts(&bank.db).await, attempts(&bank.db).await), (vec![(1, 5)], 1));
    assert_eq!(bank.db.backlog(&OUTBOX).await.unwrap(), 1);
}

async fn l7_a_nested_transaction_is_refused_and_does_not_hang() {
    let (place, _) = open().await;
    // Where it is not refused, it waits for the only connection.
    let bank = Bank::new(place.node(1, SqlOptions::default()).await);
    assert_eq!(bank.send(book(1, 5, Then::Nest)).await, Ok(5));
    assert_eq!(accounts(&bank.db).await, [(1, 5)]);
}

/// Another database of the same type.
struct Side;

#[command]
#[derive(Clone, Serialize, Deserialize)]
struct Both;

#[command]
#[derive(Clone, Serialize, Deserialize)]
struct Beside;

struct Left;

#[handler]
impl Left {
    async fn both(&self, _: Both, cx: &mut Context<impl Within<Main, Tx> + Sends<Beside>>) -> Result<(), Error> {
        add(cx.tx(), 1, 1).await.map_err(Error::refused)?;
        cx.send(Beside).await
    }
}

struct Right;

#[handler]
impl Right {
    async fn beside(&self, _: Beside, cx: &mut Context<impl Within<Side, Tx>>) -> Result<(), Error> {
        add(cx.tx(), 2, 2).await.map(drop).map_err(Error::refused)
    }
}

#[mediator(serves)]
struct Twins {
    #[pipeline(commands: Transactional(self.main))]
    left: Left,
    #[pipeline(commands: Transactional(self.side))]
    right: Right,
    main: Sql<Db, Main>,
    side: Sql<Db, Side>,
}

async fn l8_two_databases_are_not_mixed_up() {
    let (_one, main) = open().await;
    let (place, _) = open().await;
    let twins = Twins { left: Left, right: Right, main, side: place.node(2, SqlOptions::default()).await };
    twins.send(Both).await.unwrap();
    assert_eq!((accounts(&twins.main).await, accounts(&twins.side).await), (vec![(1, 1)], vec![(2, 2)]));
}

#[mediator(serves)]
struct Strict {
    #[pipeline(commands: Transactional(self.db).commit_on(&["bank.declined"]))]
    books: Books,
    #[pipeline(events: Transactional(self.db))]
    ledger: Ledger,
    db: Sql<Db, Main>,
}

async fn an_error_that_is_named_commits() {
    let (_place, db) = open().await;
    let bank = Strict { books: Books::default(), ledger: Ledger::default(), db };
    assert_eq!(bank.send(book(1, 5, Then::Decline)).await, Err(BankError::Declined.into()));
    assert_eq!(bank.send(book(2, 5, Then::BusyFor(9))).await, Err(BankError::Busy.into()));
    assert_eq!(accounts(&bank.db).await, [(1, 5)], "the named one, and no other");
    assert_eq!(bank.db.backlog(&OUTBOX).await.unwrap(), 1);
}
