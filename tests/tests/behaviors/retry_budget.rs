//! `RetryBudget`: how many retries there are in all.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::time::Duration;

use catga::behaviors::{Budget, RetryBudget};
use catga::prelude::*;
use catga::scope::Call;
use catga::testing::{SeededRandom, VirtualClock};
use catga::time::Cancel;
use catga_tests::{Trouble, drive, poll_once};
use proptest::prelude::*;

#[command(reply = (), error = Trouble)]
#[derive(Clone)]
struct Act(Option<Trouble>);

/// Behind the same budget.
#[query(reply = (), error = Trouble)]
#[derive(Clone)]
struct Ask(Option<Trouble>);

#[derive(Default)]
struct Work {
    runs: AtomicU32,
}

#[handler]
impl Work {
    fn act(&self, cmd: Act) -> Result<(), Trouble> {
        self.runs.fetch_add(1, SeqCst);
        cmd.0.map_or(Ok(()), Err)
    }
}

#[derive(Default)]
struct Library {
    runs: AtomicU32,
}

#[handler]
impl Library {
    fn ask(&self, query: Ask) -> Result<(), Trouble> {
        self.runs.fetch_add(1, SeqCst);
        query.0.map_or(Ok(()), Err)
    }
}

#[mediator(clock = self.clock, timer = self.clock, random = self.random)]
#[pipeline(Retry::times(3).within(self.budget))]
struct App {
    clock: VirtualClock,
    random: SeededRandom,
    budget: Arc<RetryBudget>,
    work: Work,
    library: Library,
}

fn app(budget: RetryBudget) -> App {
    App {
        clock: VirtualClock::new(),
        random: SeededRandom::new(7),
        budget: Arc::new(budget),
        work: Work::default(),
        library: Library::default(),
    }
}

impl App {
    async fn act(&self, trouble: Option<Trouble>) -> Outcome<Act> {
        drive(&self.clock, self.send(Act(trouble))).await.0
    }

    fn runs(&self) -> u32 {
        self.work.runs.load(SeqCst)
    }
}

const BUSY: Option<Trouble> = Some(Trouble::Busy);

#[tokio::test]
async fn without_one_left_the_error_is_the_answer() {
    let app = app(RetryBudget::new(4, 0));
    assert_eq!(app.act(BUSY).await, Err(Error::Handler(Trouble::Busy)));
    assert_eq!((app.runs(), app.budget.left()), (4, 1), "three of four");
    assert_eq!(app.act(BUSY).await, Err(Error::Handler(Trouble::Busy)));
    assert_eq!((app.runs(), app.budget.left()), (6, 0), "the last one");
    assert_eq!(app.act(BUSY).await, Err(Error::Handler(Trouble::Busy)));
    assert_eq!(app.runs(), 7, "none");
}

#[tokio::test]
async fn each_call_puts_its_part_in_up_to_the_most() {
    let app = app(RetryBudget::new(1, 25));
    assert!(app.act(BUSY).await.is_err());
    assert_eq!((app.runs(), app.budget.left()), (2, 0));
    for _ in 0..3 {
        assert_eq!(app.act(None).await, Ok(()));
        assert_eq!(app.budget.left(), 0);
    }
    for _ in 0..9 {
        assert_eq!(app.act(None).await, Ok(()));
        assert_eq!(app.budget.left(), 1, "the fourth has made it whole, and there is room for no more");
    }
}

#[tokio::test]
async fn all_messages_behind_it_share_it() {
    let app = app(RetryBudget::new(3, 0));
    assert!(app.act(BUSY).await.is_err());
    assert!(drive(&app.clock, app.send(Ask(BUSY))).await.0.is_err());
    assert_eq!(app.library.runs.load(SeqCst), 1);
}

#[tokio::test]
async fn what_is_not_repeated_takes_none() {
    let app = app(RetryBudget::new(2, 0));
    assert_eq!(app.act(Some(Trouble::Wrong)).await, Err(Error::Handler(Trouble::Wrong)));
    assert_eq!(app.budget.left(), 2, "it would fail again");
    let deadline = Call::new().budget(Duration::from_nanos(1));
    assert!(drive(&app.clock, app.send_with(Act(BUSY), deadline)).await.0.is_err());
    assert_eq!(app.budget.left(), 2, "there is no time for a retry");
}

#[tokio::test]
async fn a_retry_that_does_not_run_is_put_back() {
    let app = app(RetryBudget::new(2, 0));
    {
        let mut leaving = pin!(app.send(Act(BUSY)));
        assert!(poll_once(&mut leaving).await.is_pending());
        assert_eq!(app.budget.left(), 1, "while it waits it is taken");
    }
    assert_eq!(app.budget.left(), 2, "its caller has left");
    let stop = Cancel::new();
    let mut cancelled = pin!(app.send_with(Act(BUSY), Call::new().cancel(&stop)));
    assert!(poll_once(&mut cancelled).await.is_pending());
    assert_eq!(app.budget.left(), 1);
    stop.cancel();
    assert!(drive(&app.clock, cancelled).await.0.is_err());
    assert_eq!(app.budget.left(), 2, "its caller has cancelled");
    assert_eq!(app.runs(), 2);
}

#[test]
fn it_holds_one_at_least_and_gives_one_a_call_at_most() {
    let small = RetryBudget::new(0, 255);
    assert_eq!(small.left(), 1);
    assert!(small.take() && !small.take());
    small.begin();
    assert!(small.take() && !small.take());
    assert!(().take(), "without a budget there is always one");
}

proptest! {
    /// Of so many calls no more are run again than were there and have come in.
    #[test]
    fn of_all_calls_no_more_are_run_again(
        most in 1_u32..6,
        percent in 0_u8..=100,
        calls in prop::collection::vec(prop::bool::weighted(0.7), 1..60),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let app = app(RetryBudget::new(most, percent));
        let (mut saved, mut runs) = (most * 100, 0);
        for (number, fails) in calls.into_iter().enumerate() {
            let outcome = runtime.block_on(app.act(fails.then_some(Trouble::Busy)));
            prop_assert_eq!(outcome.is_err(), fails);
            saved = (saved + u32::from(percent)).min(most * 100);
            let retries = if fails { (saved / 100).min(3) } else { 0 };
            saved -= retries * 100;
            runs += 1 + retries;
            prop_assert_eq!(app.runs(), runs);
            prop_assert_eq!(app.budget.left(), saved / 100);
            let calls = number as u32 + 1;
            prop_assert!(runs - calls <= most + calls * u32::from(percent) / 100);
        }
    }
}
