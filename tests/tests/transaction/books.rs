//! Handlers that ask for the transaction itself, and conflicts.

use std::sync::Arc;
use std::time::Duration;

use catga::error::Classify as _;
use catga::prelude::*;
use catga::scope::Inside;
use catga::testing::VirtualClock;
use catga_tests::{Trouble, drive};
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use crate::store::{Db, InTx, Transactional, Within};

/// Books an amount; a row of events tells of it.
#[command(reply = u64, error = Trouble)]
#[derive(Clone)]
struct Book {
    account: u32,
    cents: u64,
}

/// Reads, lets others read, and only then writes.
#[command(reply = u64)]
#[derive(Clone)]
struct BookSlowly {
    account: u32,
}

#[event]
#[derive(Debug, PartialEq)]
struct Booked(u32, u64);

/// Books on both accounts by sending, which are transactions of their own.
#[command(error = Trouble)]
#[derive(Clone)]
struct Move {
    from: u32,
    to: u32,
    fails: bool,
}

struct Books {
    meet: Barrier,
}

#[handler]
impl Books {
    async fn book(&self, cmd: Book, cx: &mut Context<impl Within<Db> + Publishes<Booked>>) -> Result<u64, Trouble> {
        let sum = cx.tx().get(cmd.account) + cmd.cents;
        cx.tx().put(cmd.account, sum);
        cx.publish(Booked(cmd.account, sum)).await.map_err(|_| Trouble::Lost)?;
        if cmd.cents == 0 { Err(Trouble::Wrong) } else { Ok(cx.tx().get(cmd.account)) }
    }

    async fn book_slowly(&self, cmd: BookSlowly, cx: &mut Context<impl Within<Db>>) -> u64 {
        let sum = cx.tx().get(cmd.account);
        if sum == 0 {
            self.meet.wait().await;
        }
        cx.tx().put(cmd.account, sum + 1);
        sum + 1
    }

    async fn transfer(&self, cmd: Move, cx: &mut Context<impl Within<Db> + Sends<Book>>) -> Result<(), Trouble> {
        cx.tx().put(99, 1);
        let (from, to) = (Book { account: cmd.from, cents: 1 }, Book { account: cmd.to, cents: 1 });
        cx.send(from).await.map_err(|_| Trouble::Lost)?;
        cx.send(to).await.map_err(|_| Trouble::Lost)?;
        if cmd.fails { Err(Trouble::Wrong) } else { Ok(()) }
    }
}

#[mediator(clock = self.clock, timer = self.clock, unheard(Booked))]
#[pipeline(Retry::times(100).base(Duration::ZERO))]
struct App {
    clock: VirtualClock,
    db: Db,
    #[pipeline(Transactional(self.db))]
    books: Books,
}

/// Without a retry, a conflict is the caller's.
#[mediator(unheard(Booked))]
#[pipeline(commands: Transactional(self.db))]
struct Once {
    db: Arc<Db>,
    books: Books,
}

fn app() -> App {
    App { clock: VirtualClock::new(), db: Db::default(), books: Books { meet: Barrier::new(2) } }
}

#[tokio::test]
async fn rows_and_events_are_one() {
    let app = app();
    assert_eq!(app.send(Book { account: 1, cents: 5 }).await, Ok(5));
    assert_eq!(app.send(Book { account: 1, cents: 6 }).await, Ok(11), "a transaction reads what the last has written");
    assert_eq!(app.send(Book { account: 1, cents: 0 }).await, Err(Error::Handler(Trouble::Wrong)));
    assert_eq!(app.db.row(1), 11);
    assert_eq!(app.db.outbox(), ["Booked(1, 5)", "Booked(1, 11)"]);
}

#[tokio::test]
async fn a_conflict_is_the_callers() {
    let app = Once { db: Arc::default(), books: Books { meet: Barrier::new(2) } };
    let book = BookSlowly { account: 1 };
    let (first, second) = tokio::join!(app.send(book.clone()), app.send(book));
    let lost = match (first, second) {
        (Ok(1), Err(lost)) | (Err(lost), Ok(1)) => lost,
        both => panic!("{both:?}"),
    };
    assert_eq!((lost.class(), lost.code()), (Class::Conflict, Db::CONFLICT));
    assert_eq!(app.db.row(1), 1);
}

#[tokio::test]
async fn a_retry_runs_again_from_fresh_state() {
    let app = app();
    let book = BookSlowly { account: 1 };
    let both = async { tokio::join!(app.send(book.clone()), app.send(book)) };
    let ((first, second), _) = drive(&app.clock, both).await;
    assert_eq!(first.unwrap() + second.unwrap(), 3, "one was first, and the other saw it");
    assert_eq!((app.db.row(1), app.db.begun()), (2, 3));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_at_once_lose_nothing() {
    let app = Arc::new(app());
    let mut books = JoinSet::new();
    for _ in 0..50 {
        let app = Arc::clone(&app);
        books.spawn(async move { app.send(Book { account: 7, cents: 1 }).await.unwrap() });
    }
    let mut sums = books.join_all().await;
    sums.sort_unstable();
    assert!(sums.into_iter().eq(1..=50));
    assert_eq!((app.db.row(7), app.db.outbox().len()), (50, 50));
}

#[tokio::test]
async fn what_a_handler_sends_is_a_transaction_of_its_own() {
    let app = Once { db: Arc::default(), books: Books { meet: Barrier::new(2) } };
    let outcome = app.send(Move { from: 1, to: 2, fails: true }).await;
    assert_eq!(outcome, Err(Error::Handler(Trouble::Wrong)));
    assert_eq!(
        (app.db.row(1), app.db.row(2), app.db.row(99)),
        (1, 1, 0),
        "what it sent was done, what it wrote was not"
    );
    assert_eq!(app.db.begun(), 3);
}

/// A transaction is one run's, so a behavior that runs the rest of the chain twice at once does not compile
/// inside of it.
#[test]
fn a_transaction_has_no_twin() {
    const { assert!(Inside::<'static, App>::TWINS && !InTx::<Inside<'static, App>>::TWINS) }
}
