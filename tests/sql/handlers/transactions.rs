//! Handlers in transactions.

use std::sync::Arc;
use std::sync::atomic::Ordering::SeqCst;
use std::time::Duration;

use catga::delivery::OUTBOX;
use catga::prelude::*;
use catga::store::Sql;
use catga_tests::{poll_once, scenarios};
use futures_util::future::join_all;
use serde::{Deserialize, Serialize};

use super::super::world::{Db, Main, Tx, timed};
use super::books::{Bank, BankError, Books, Ledger, Then, accounts, add, attempts, book, open};

scenarios! { 6:
    l4_one_hot_key_all_succeed
    l5_a_cancelled_command_leaves_nothing
    l6_a_retry_inside_commits_one_attempts_rows
    l7_a_nested_transaction_is_refused_and_does_not_hang
    l8_two_databases_are_not_mixed_up
    an_error_that_is_named_commits
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
    let bank = Bank::new(place.node(1, timed()).await);
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
    #[handler(allow(repeated_send))]
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
    let twins = Twins { left: Left, right: Right, main, side: place.node(2, timed()).await };
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
