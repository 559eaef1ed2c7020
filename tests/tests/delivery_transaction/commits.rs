//! Commit, rollback, panic, cancellation, age; and events in and out of a transaction.

use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::sync::Mutex;
use std::time::Duration;

use catga::error::Classify as _;
use catga::prelude::*;
use catga::store::Store;
use catga::store::writer::Manual;
use catga::testing::VirtualClock;
use catga_tests::{drive, poll_once};
use futures_util::FutureExt as _;
use serde::{Deserialize, Serialize};

use crate::bank::{Backing, Bank, BankError, Book, Booked, Books, Ledger, Main, Then, accounts, backlog, is_untouched};

/// This handler's text knows nothing of transactions.
#[command(reply = u32)]
#[derive(Serialize, Deserialize)]
struct Tell(u32);

struct Teller;

#[handler]
impl Teller {
    async fn tell(&self, cmd: Tell, cx: &mut Context<impl Publishes<Booked>>) -> Result<u32, Error> {
        cx.publish(Booked { account: cmd.0, sum: 1 }).await.map_err(Error::refused)?;
        Ok(cmd.0)
    }
}

#[derive(Default)]
struct Ear(Mutex<Vec<Booked>>);

#[handler]
impl Ear {
    fn on_booked(&self, event: &Booked) {
        self.0.lock().unwrap().push(event.clone());
    }
}

#[mediator]
struct Direct {
    teller: Teller,
    ear: Ear,
}

#[mediator(serves)]
struct Stored {
    #[pipeline(commands: Transactional(self.db))]
    teller: Teller,
    ear: Ear,
    db: Store<Main>,
}

/// A declined attempt is recorded.
#[mediator(serves, clock = self.clock, timer = self.clock)]
struct Recording {
    clock: VirtualClock,
    #[pipeline(Timeout::secs(1), commands: Transactional(self.db).commit_on(&["bank.declined"]))]
    books: Books,
    ledger: Stub,
    db: Store<Main>,
}

struct Stub;

#[handler]
impl Stub {
    fn on_booked(&self, _: &Booked) {}
}

fn recording(db: Store<Main>) -> Recording {
    Recording { clock: VirtualClock::new(), books: Books::default(), ledger: Stub, db }
}

on_every_engine! {
    l_commits_rows_and_events_together
    the_same_text_publishes_in_and_out_of_a_transaction
    f1_an_error_leaves_nothing
    f1_a_panic_leaves_nothing
    f1_a_dropped_call_leaves_nothing
    a_cancelled_call_leaves_nothing
    errors_that_commit_are_recorded
    l9_a_transaction_ends_at_its_maximum_age
    l5_after_the_hand_over_it_is_unknown
}

async fn l_commits_rows_and_events_together(on: Backing) {
    let bank = Bank::new(on.open());
    assert_eq!(bank.send(Book::new(1, 5, Then::Answer)).await, Ok(5));
    assert_eq!(bank.send(Book::new(1, 6, Then::Answer)).await, Ok(11), "it reads what the last has written");
    assert_eq!((accounts(&bank.db).await, backlog(&bank.db)), (vec![(1, 11)], 2));
    assert!(bank.ledger.sums.lock().unwrap().is_empty(), "nothing is delivered before a relay does");
}

async fn the_same_text_publishes_in_and_out_of_a_transaction(on: Backing) {
    let direct = Direct { teller: Teller, ear: Ear::default() };
    assert_eq!(direct.send(Tell(7)).await, Ok(7));
    assert_eq!(*direct.ear.0.lock().unwrap(), [Booked { account: 7, sum: 1 }], "its handlers ran");
    let stored = Stored { teller: Teller, ear: Ear::default(), db: on.open() };
    assert_eq!(stored.send(Tell(7)).await, Ok(7));
    assert!(stored.ear.0.lock().unwrap().is_empty());
    assert_eq!(backlog(&stored.db), 1, "it is a row");
    stored.publish(Booked { account: 8, sum: 1 }).await.unwrap();
    assert_eq!(stored.ear.0.lock().unwrap().len(), 1, "outside of a transaction it is told at once");
}

async fn f1_an_error_leaves_nothing(on: Backing) {
    let bank = Bank::new(on.open());
    let declined = bank.send(Book::new(1, 5, Then::Decline)).await;
    assert_eq!(declined, Err(Error::Handler(BankError::Declined)));
    assert!(is_untouched(&bank.db).await);
}

async fn f1_a_panic_leaves_nothing(on: Backing) {
    let bank = Bank::new(on.open());
    assert!(AssertUnwindSafe(bank.send(Book::new(1, 5, Then::Panic))).catch_unwind().await.is_err());
    assert!(is_untouched(&bank.db).await);
}

async fn f1_a_dropped_call_leaves_nothing(on: Backing) {
    let bank = Bank::new(on.open());
    {
        let mut send = pin!(bank.send(Book::new(1, 5, Then::Wait)));
        assert!(poll_once(&mut send).await.is_pending());
    }
    assert!(is_untouched(&bank.db).await);
    assert_eq!(bank.db.stats().committed, 0);
}

async fn a_cancelled_call_leaves_nothing(on: Backing) {
    let bank = Bank::new(on.open());
    let cancel = Cancel::new();
    let mut send = pin!(bank.send_with(Book::new(1, 5, Then::Wait), Call::new().cancel(&cancel)));
    assert!(poll_once(&mut send).await.is_pending());
    cancel.cancel();
    bank.books.go_on.notify_one();
    assert_eq!(send.await, Err(Error::Cancelled), "it was cancelled before the commit was handed over");
    assert!(is_untouched(&bank.db).await);
}

async fn errors_that_commit_are_recorded(on: Backing) {
    let app = recording(on.open());
    assert_eq!(app.send(Book::new(1, 5, Then::Decline)).await, Err(Error::Handler(BankError::Declined)));
    assert_eq!((accounts(&app.db).await, backlog(&app.db)), (vec![(1, 5)], 1));
    assert_eq!(app.send(Book::new(2, 5, Then::BusyFor(9))).await, Err(Error::Handler(BankError::Busy)));
    assert_eq!((accounts(&app.db).await, backlog(&app.db)), (vec![(1, 5)], 1), "another error does not");
}

async fn l9_a_transaction_ends_at_its_maximum_age(on: Backing) {
    let clock = VirtualClock::new();
    let books = Books { clock: clock.clone(), ..Books::default() };
    let app = Bank { books, ledger: Ledger::default(), db: on.simulated(&clock) };
    let late = app.send(Book::new(1, 5, Then::Late(6))).await.unwrap_err();
    assert_eq!((late.code(), late.class()), ("catga.store.expired", Class::Transient));
    assert!(is_untouched(&app.db).await);
    assert_eq!(app.send(Book::new(1, 5, Then::Late(4))).await, Ok(5));
}

/// A timeout that ends the wait for the commit does not say that it failed, and nothing runs it again.
async fn l5_after_the_hand_over_it_is_unknown(on: Backing) {
    let manual = Manual::default();
    let app = recording(on.store(Store::<Main>::options().writer(manual.clone()).clock(VirtualClock::new())));
    let (outcome, waits) = drive(&app.clock, app.send(Book::new(1, 5, Then::Answer))).await;
    let outcome = outcome.unwrap_err();
    assert_eq!((outcome.class(), waits), (Class::Unknown, vec![Duration::from_secs(1)]));
    assert_eq!(manual.waiting(), 1, "the writer has it");
    assert!(is_untouched(&app.db).await);
    assert_eq!(manual.commit_one(), 1);
    assert_eq!((accounts(&app.db).await, backlog(&app.db)), (vec![(1, 5)], 1));
}
