//! A bank whose handlers book in transactions, and a ledger that hears of it.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::time::Duration;

use catga::delivery::OUTBOX;
use catga::error::Classify as _;
use catga::prelude::*;
use catga::store::Sql;
use serde::{Deserialize, Serialize};
use tokio::sync::Notify;

use super::super::world::{Db, Main, Place, Tx, fresh, timed};

pub use catga_tests::bank::{BankError, Then};

/// Books an amount on an account, and answers with what is there.
#[command(reply = i64, error = BankError, key = account)]
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Book {
    pub account: i64,
    pub cents: i64,
    pub then: Then,
}

pub fn book(account: i64, cents: i64, then: Then) -> Book {
    Book { account, cents, then }
}

#[event(key = account)]
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Booked {
    pub account: i64,
    pub sum: i64,
}

#[derive(Default)]
pub struct Books {
    pub tries: AtomicU32,
    pub go_on: Notify,
}

/// One statement each, so that it is the same on both databases.
pub async fn add(tx: &mut Tx, account: i64, cents: i64) -> Result<i64, sqlx::Error> {
    let sql = "insert into accounts (id, cents) values ($1, $2) \
        on conflict (id) do update set cents = accounts.cents + $2 returning cents";
    sqlx::query_scalar(sql).bind(account).bind(cents).fetch_one(&mut **tx).await
}

#[handler]
impl Books {
    #[handler(allow(repeated_send))]
    pub async fn book(
        &self,
        cmd: Book,
        cx: &mut Context<impl Within<Main, Tx> + Publishes<Booked> + Sends<Hand>>,
    ) -> Result<i64, Error<BankError>> {
        let tries = self.tries.fetch_add(1, SeqCst) + 1;
        let sum = add(cx.tx(), cmd.account, cmd.cents).await.map_err(Error::refused)?;
        // Each attempt writes a row of its own, too.
        add(cx.tx(), 1_000 + i64::from(tries), 1).await.map_err(Error::refused)?;
        cx.publish(Booked { account: cmd.account, sum }).await.map_err(Error::refused)?;
        cmd.then.happens(tries, &self.go_on).await?;
        if cmd.then == Then::Nest {
            // Directly it would not compile.
            let refused = cx.send(Hand).await.unwrap_err();
            assert_eq!(refused.code(), "catga.store.nested");
        }
        Ok(sum)
    }

    pub async fn apart(&self, _: Apart, cx: &mut Context<impl Within<Main, Tx>>) -> Result<(), Error> {
        add(cx.tx(), 1, 1_000).await.map(drop).map_err(Error::refused)
    }
}

#[command]
#[derive(Clone, Serialize, Deserialize)]
pub struct Apart;

/// Sends an `Apart`, without a transaction of its own.
#[command]
#[derive(Clone, Serialize, Deserialize)]
pub struct Hand;

/// What the ledger has heard, in its own transaction: the ids of its messages, and how often each came.
#[derive(Default)]
pub struct Ledger {
    pub sums: Mutex<Vec<(i64, i64)>>,
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

    async fn hand(&self, _: Hand, cx: &mut Context<impl Sends<Apart>>) -> Result<(), Error> {
        cx.send(Apart).await
    }
}

#[mediator(serves)]
pub struct Bank {
    #[pipeline(commands: Transactional(self.db))]
    pub books: Books,
    #[pipeline(events: Retry::times(50).base(Duration::from_millis(1)), events: Transactional(self.db))]
    pub ledger: Ledger,
    pub db: Sql<Db, Main>,
}

impl Bank {
    pub fn new(db: Sql<Db, Main>) -> Self {
        Self { books: Books::default(), ledger: Ledger::default(), db }
    }
}

/// On the system's time.
pub async fn open() -> (Place, Sql<Db, Main>) {
    let (place, db, _) = fresh().await;
    let tables = "create table accounts (id bigint primary key, cents bigint not null); \
        create table heard (id bigint primary key, times bigint not null)";
    sqlx::raw_sql(tables).execute(db.pool()).await.unwrap();
    let db = place.node(8, timed()).await;
    (place, db)
}

pub async fn accounts<D: 'static>(db: &Sql<Db, D>) -> Vec<(i64, i64)> {
    sqlx::query_as("select id, cents from accounts where id < 1000 order by id").fetch_all(db.pool()).await.unwrap()
}

/// How many attempts have left a row.
pub async fn attempts<D: 'static>(db: &Sql<Db, D>) -> i64 {
    sqlx::query_scalar("select count(*) from accounts where id > 1000").fetch_one(db.pool()).await.unwrap()
}

pub async fn heard(db: &Sql<Db, Main>) -> Vec<i64> {
    sqlx::query_scalar("select times from heard").fetch_all(db.pool()).await.unwrap()
}

/// Runs a relay until nothing is left.
pub async fn drain<A>(relay: &Relay<Main, Sql<Db, Main>>, app: &A, db: &Sql<Db, Main>)
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
