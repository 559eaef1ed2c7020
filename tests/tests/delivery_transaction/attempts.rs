//! What an attempt leaves that failed, where something inside of the transaction tries again or answers for it.

use std::time::Duration;

use catga::prelude::*;
use catga::store::Store;
use catga::testing::VirtualClock;
use catga_tests::drive;
use serde::{Deserialize, Serialize};

use crate::bank::{ACCOUNTS, Backing, BankError, Book, Booked, Books, Main, Then, accounts, attempts, backlog};

struct Ear;

#[handler]
impl Ear {
    fn on_booked(&self, _: &Booked) {}
}

#[mediator(serves, clock = self.clock, timer = self.clock)]
struct Inside {
    clock: VirtualClock,
    #[pipeline(
        commands: Transactional(self.db).commit_on(&["bank.declined"]),
        commands: Fallback(self.soft),
        commands: Retry::times(3),
        commands: Timeout::secs(2),
    )]
    books: Books,
    ear: Ear,
    soft: Soft,
    db: Store<Main>,
}

#[mediator(serves, clock = self.clock, timer = self.clock)]
struct Outside {
    clock: VirtualClock,
    #[pipeline(commands: Retry::times(3), commands: Transactional(self.db))]
    books: Books,
    ear: Ear,
    db: Store<Main>,
}

/// Answers for a handler that cannot.
struct Soft;

impl Recover<Book> for Soft {
    type Kept = ();

    fn keep(&self, _: &Book) {}

    fn recovers(&self, _: &Error<BankError>) -> bool {
        true
    }

    async fn recover(&self, (): (), _: Error<BankError>) -> Outcome<Book> {
        Ok(-1)
    }
}

/// A retry in the pipeline of the handler set itself.
#[command(reply = u32, error = BankError)]
#[derive(Clone, Serialize, Deserialize)]
struct Stubborn;

#[derive(Default)]
struct Own(std::sync::atomic::AtomicU32);

#[handler]
#[pipeline(Retry::times(3))]
impl Own {
    async fn stubborn(&self, _: Stubborn, cx: &mut Context<impl Within<Main>>) -> Result<u32, Error<BankError>> {
        let tries = self.0.fetch_add(1, std::sync::atomic::Ordering::SeqCst) + 1;
        ACCOUNTS.put(cx.tx(), &tries, &1).map_err(Error::refused)?;
        if tries < 3 { Err(BankError::Busy.into()) } else { Ok(tries) }
    }
}

#[mediator(serves, clock = self.clock, timer = self.clock)]
struct OwnPipeline {
    clock: VirtualClock,
    #[pipeline(commands: Transactional(self.db))]
    own: Own,
    db: Store<Main>,
}

on_every_engine! {
    l6_a_retry_inside_stores_one_attempt
    l6_a_retry_of_the_handler_set_stores_one_attempt
    l6_a_fallback_stores_nothing_of_what_failed
    l6_a_timeout_inside_stores_nothing_of_what_it_dropped
    l6_a_fallback_for_an_error_that_commits_stores_nothing
    a_retry_outside_begins_anew
}

fn inside(on: &Backing) -> Inside {
    Inside { clock: VirtualClock::new(), books: Books::default(), ear: Ear, soft: Soft, db: on.open() }
}

async fn l6_a_retry_inside_stores_one_attempt(on: Backing) {
    let app = inside(&on);
    // On a clock of its own, so a commit is waited for in truth.
    let send = async { tokio::join!(app.send(Book::new(1, 5, Then::BusyFor(2))), turn(&app.clock)).0 };
    assert_eq!(send.await, Ok(5));
    assert_eq!(app.books.tries.load(std::sync::atomic::Ordering::SeqCst), 3);
    assert_eq!((accounts(&app.db).await, attempts(&app.db).await, backlog(&app.db)), (vec![(1, 5)], 1, 1));
    assert_eq!(app.db.stats().committed, 1);
}

/// Moves the clock twice, when somebody waits for it.
async fn turn(clock: &VirtualClock) {
    for _ in 0..2 {
        while clock.waiting() == 0 {
            tokio::task::yield_now().await;
        }
        clock.advance(Duration::from_secs(1));
    }
}

async fn l6_a_retry_of_the_handler_set_stores_one_attempt(on: Backing) {
    let clock = VirtualClock::new();
    let app = OwnPipeline { own: Own::default(), db: on.simulated(&clock), clock };
    assert_eq!(drive(&app.clock, app.send(Stubborn)).await.0, Ok(3));
    assert_eq!(accounts(&app.db).await, [(3, 1)], "of the attempt that succeeded");
}

async fn l6_a_fallback_stores_nothing_of_what_failed(on: Backing) {
    let clock = VirtualClock::new();
    let app = Inside { db: on.simulated(&clock), clock, ..inside(&Backing::Memory) };
    assert_eq!(drive(&app.clock, app.send(Book::new(1, 5, Then::BusyFor(9)))).await.0, Ok(-1));
    assert!(crate::bank::is_untouched(&app.db).await);
}

async fn l6_a_timeout_inside_stores_nothing_of_what_it_dropped(on: Backing) {
    let clock = VirtualClock::new();
    let app = Inside { db: on.simulated(&clock), clock, ..inside(&Backing::Memory) };
    assert_eq!(drive(&app.clock, app.send(Book::new(1, 5, Then::Wait))).await.0, Ok(-1));
    assert!(crate::bank::is_untouched(&app.db).await);
}

async fn l6_a_fallback_for_an_error_that_commits_stores_nothing(on: Backing) {
    let clock = VirtualClock::new();
    let app = Inside { db: on.simulated(&clock), clock, ..inside(&Backing::Memory) };
    assert_eq!(drive(&app.clock, app.send(Book::new(1, 5, Then::Decline))).await.0, Ok(-1));
    assert!(crate::bank::is_untouched(&app.db).await, "it was answered, and not declined");
}

async fn a_retry_outside_begins_anew(on: Backing) {
    let clock = VirtualClock::new();
    let app = Outside { books: Books::default(), ear: Ear, db: on.simulated(&clock), clock };
    assert_eq!(drive(&app.clock, app.send(Book::new(1, 5, Then::BusyFor(2)))).await.0, Ok(5));
    assert_eq!((accounts(&app.db).await, attempts(&app.db).await, backlog(&app.db)), (vec![(1, 5)], 1, 1));
}
