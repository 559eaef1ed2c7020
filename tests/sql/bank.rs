//! Transfers between accounts, at random, through a mediator: under conflicts, cancellations and connections that are
//! ended from outside the total holds, what was acknowledged is there once, and the history is serializable.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::sync::{Arc, Mutex};

use catga::delivery::OUTBOX;
use catga::error::Class;
use catga::prelude::*;
use catga::store::Sql;
use catga::testing::SeededRandom;
use catga::time::Random as _;
use catga_tests::history::{ACCOUNTS, Account, Book, EACH, Transfer, check};
use catga_tests::{poll_once, scenarios};
use serde::{Deserialize, Serialize};
use tokio::task::JoinSet;

use super::world::{Db, Main, ONE_WRITER, Place, Tx, timed};

scenarios! { 1:
    transfers_are_serializable_and_none_is_lost
}

#[command]
#[derive(Clone, Serialize, Deserialize)]
pub struct Move {
    pub number: i64,
    pub from: i64,
    pub to: i64,
    pub cents: i64,
    /// An account that it reads, and does not write.
    pub beside: i64,
}

#[event]
#[derive(Clone, Serialize, Deserialize)]
pub struct Moved {
    pub number: i64,
}

pub struct Accounts;

async fn read(tx: &mut Tx, id: i64) -> Result<Account, sqlx::Error> {
    let row = sqlx::query_as("select version, cents from accounts where id = $1").bind(id).fetch_one(&mut **tx).await;
    row.map(|(version, cents)| Account { version, cents })
}

async fn write(tx: &mut Tx, id: i64, account: Account) -> Result<(), sqlx::Error> {
    let sql = "update accounts set version = $2, cents = $3 where id = $1";
    sqlx::query(sql).bind(id).bind(account.version).bind(account.cents).execute(&mut **tx).await.map(drop)
}

#[handler]
impl Accounts {
    async fn transfer(
        &self,
        cmd: Move,
        cx: &mut Context<impl Within<Main, Tx> + Publishes<Moved>>,
    ) -> Result<(), Error> {
        let Move { number, from, to, cents, beside } = cmd;
        let seen =
            (read(cx.tx(), from).await.map_err(Error::refused)?, read(cx.tx(), to).await.map_err(Error::refused)?);
        let watched = read(cx.tx(), beside).await.map_err(Error::refused)?;
        tokio::task::yield_now().await;
        let cents = cents.min(seen.0.cents);
        let after = |account: Account, by| Account { version: account.version + 1, cents: account.cents + by };
        write(cx.tx(), from, after(seen.0, -cents)).await.map_err(Error::refused)?;
        write(cx.tx(), to, after(seen.1, cents)).await.map_err(Error::refused)?;
        let sql = "insert into transfers (number, source, target, cents, version_1, cents_1, version_2, cents_2, beside, \
            version_3, cents_3) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
        let row = sqlx::query(sql).bind(number).bind(from).bind(to).bind(cents);
        let row = row.bind(seen.0.version).bind(seen.0.cents).bind(seen.1.version).bind(seen.1.cents);
        let row = row.bind(beside).bind(watched.version).bind(watched.cents);
        row.execute(&mut **cx.tx()).await.map_err(Error::refused)?;
        cx.publish(Moved { number }).await.map_err(Error::refused)
    }

    async fn on_moved(&self, event: &Moved, cx: &mut Context<impl Within<Main, Tx>>) -> Result<(), Failure> {
        let sql = "insert into told (number, times) values ($1, 1) \
            on conflict (number) do update set times = told.times + 1";
        sqlx::query(sql).bind(event.number).execute(&mut **cx.tx()).await.map(drop).map_err(Failure::from_error)
    }
}

#[mediator(serves)]
pub struct Bank {
    #[pipeline(Transactional(self.db))]
    pub accounts: Accounts,
    pub db: Sql<Db, Main>,
}

/// On what is there.
pub async fn open(place: &Place) -> Bank {
    let db: Sql<Db, Main> = place.node(10, timed()).await;
    db.migrate().await.unwrap();
    Bank { accounts: Accounts, db }
}

/// Makes the accounts.
pub async fn found(place: &Place) -> Bank {
    let Bank { db, .. } = open(place).await;
    let tables = "create table accounts (id bigint primary key, version bigint not null, cents bigint not null); \
        create table transfers (number bigint primary key, source bigint not null, target bigint not null, \
            cents bigint not null, version_1 bigint not null, cents_1 bigint not null, version_2 bigint not null, \
            cents_2 bigint not null, beside bigint not null, version_3 bigint not null, cents_3 bigint not null); \
        create table told (number bigint primary key, times bigint not null)";
    sqlx::raw_sql(tables).execute(db.pool()).await.unwrap();
    for id in 0..ACCOUNTS {
        let sql = "insert into accounts (id, version, cents) values ($1, 0, $2)";
        sqlx::query(sql).bind(id).bind(EACH).execute(db.pool()).await.unwrap();
    }
    Bank { accounts: Accounts, db }
}

async fn book(tx: &mut Tx) -> Result<Book, sqlx::Error> {
    let rows: Vec<(i64, i64, i64)> =
        sqlx::query_as("select id, version, cents from accounts").fetch_all(&mut **tx).await?;
    Ok(rows.into_iter().map(|(id, version, cents)| (id, Account { version, cents })).collect())
}

/// Reads all accounts at once. What was read counts where the transaction is committed, and not before.
async fn look(bank: &Bank) -> Option<Book> {
    let mut tx = bank.db.begin().await.ok()?;
    let book = book(&mut tx).await.ok()?;
    tx.commit().await.ok().map(|_| book)
}

/// Checks the history, with what others have seen of it, and says which transfers are there.
pub async fn audit(bank: &Bank, looks: &[Book]) -> BTreeSet<i64> {
    type Row = (i64, i64, i64, i64, i64, i64, i64, i64, i64, i64, i64);
    // One state for both.
    let mut tx = bank.db.begin().await.unwrap();
    let sql = "select number, source, target, cents, version_1, cents_1, version_2, cents_2, beside, version_3, cents_3 \
        from transfers";
    let rows: Vec<Row> = sqlx::query_as(sql).fetch_all(&mut *tx).await.unwrap();
    let account = |version, cents| Account { version, cents };
    let transfer = |row: &Row| {
        let read = (account(row.4, row.5), account(row.6, row.7));
        Transfer { from: row.1, to: row.2, cents: row.3, read, beside: (row.8, account(row.9, row.10)) }
    };
    check(&rows.iter().map(transfer).collect::<Vec<_>>(), looks, &book(&mut tx).await.unwrap());
    rows.iter().map(|row| row.0).collect()
}

/// What became of the transfers of all clients.
#[derive(Default)]
pub struct Counts {
    pub next: AtomicU64,
    pub conflicts: AtomicU64,
    pub broken: AtomicU64,
    pub dropped: AtomicU64,
    pub looks: Mutex<Vec<Book>>,
}

/// Transfers by random numbers, until so many are acknowledged; those. Each is told at once.
pub async fn client(bank: &Bank, seed: u64, transfers: usize, counts: &Counts, told: impl Fn(i64)) -> Vec<i64> {
    let chance = SeededRandom::new(seed);
    let mut acknowledged = Vec::new();
    while acknowledged.len() < transfers {
        let from = chance.up_to(ACCOUNTS as u64 - 1) as i64;
        let step = 1 + chance.up_to(ACCOUNTS as u64 - 3) as i64;
        let (to, beside) = ((from + step) % ACCOUNTS, (from + step + 1) % ACCOUNTS);
        let number = counts.next.fetch_add(1, SeqCst) as i64;
        let mut sent = Box::pin(bank.send(Move { number, from, to, cents: chance.up_to(300) as i64, beside }));
        if chance.up_to(9) == 0 {
            // Gives up, somewhere.
            for _ in 0..chance.up_to(40) {
                if poll_once(&mut sent).await.is_ready() {
                    break;
                }
                tokio::task::yield_now().await;
            }
            counts.dropped.fetch_add(1, SeqCst);
            continue;
        }
        let done = sent.await;
        if chance.up_to(3) == 0 {
            let seen = look(bank).await;
            counts.looks.lock().unwrap().extend(seen);
        }
        match done {
            Ok(()) => {
                told(number);
                acknowledged.push(number);
            }
            Err(error) => match error.class() {
                Class::Conflict => drop(counts.conflicts.fetch_add(1, SeqCst)),
                Class::Transient | Class::Unknown => drop(counts.broken.fetch_add(1, SeqCst)),
                class => panic!("{class:?}: {error:?}"),
            },
        }
    }
    acknowledged
}

async fn transfers_are_serializable_and_none_is_lost() {
    let place = Place::new().await;
    let bank = Arc::new(found(&place).await);
    let counts = Arc::new(Counts::default());
    let mut clients = JoinSet::new();
    for seed in 0..8 {
        let (bank, counts) = (Arc::clone(&bank), Arc::clone(&counts));
        clients.spawn(async move { client(&bank, seed, 40, &counts, |_| {}).await });
    }
    let mut acknowledged = BTreeSet::new();
    while let Some(done) = clients.join_next().await {
        acknowledged.extend(done.unwrap());
        // One after the other they are done, and others go on; a kill hits those.
        place.end_connections().await;
    }
    let looks = std::mem::take(&mut *counts.looks.lock().unwrap());
    assert!(looks.len() > 20, "{}", looks.len());
    let stored = audit(&bank, &looks).await;
    assert_eq!(acknowledged.len(), 320, "each acknowledged once");
    assert!(acknowledged.is_subset(&stored), "what was acknowledged is there");
    let (conflicts, broken) = (counts.conflicts.load(SeqCst), counts.broken.load(SeqCst));
    let most = acknowledged.len() as u64 + counts.dropped.load(SeqCst) + broken;
    assert!(stored.len() as u64 <= most, "{} of {most}", stored.len());
    assert_eq!(conflicts == 0, ONE_WRITER, "nothing was in anybody's way");
    assert!(counts.dropped.load(SeqCst) > 0);
    assert_eq!(bank.db.backlog(&OUTBOX).await.unwrap(), stored.len() as u64, "a row for each, and no other");

    // And what was committed is told, once each.
    let relay = Relay::new(&bank.db).concurrency(16);
    let stop = Cancel::new();
    let waiting = async {
        let mut head = catga::store::Transacts::head(&bank.db);
        while bank.db.backlog(&OUTBOX).await.unwrap() > 0 {
            head.changed().await.unwrap();
        }
        stop.cancel();
    };
    tokio::join!(relay.run::<Bank, _>(&*bank, &stop), waiting);
    let told: Vec<(i64, i64)> =
        sqlx::query_as("select number, times from told").fetch_all(bank.db.pool()).await.unwrap();
    assert_eq!(told.iter().map(|(number, _)| *number).collect::<BTreeSet<_>>(), stored);
    assert!(told.iter().all(|(_, times)| *times == 1), "no duplicate");
}
