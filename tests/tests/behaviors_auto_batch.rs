//! `AutoBatch` on virtual time.

use std::panic::AssertUnwindSafe;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::time::Duration;

use catga::error::Classify as _;
use catga::prelude::*;
use catga::scope::Call;
use catga::testing::{SeededRandom, VirtualClock};
use catga_tests::{Trouble, drive, poll_once};
use futures_util::future::join_all;
use proptest::prelude::*;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

const AGE: Duration = Duration::from_millis(10);

/// A number of a tenant; answered with the number twice.
#[command(reply = u64, error = Trouble)]
#[derive(Clone, Debug)]
struct Save {
    tenant: u32,
    number: u64,
}

fn save(number: u64) -> Save {
    Save { tenant: 0, number }
}

/// Numbers that make a batch do something else.
const FAILS: u64 = 1_000;
const ALL_FAIL: u64 = 1_001;
const PANICS: u64 = 1_002;
const FORGETS: u64 = 1_003;
const INVENTS: u64 = 1_004;
const PANICS_LATER: u64 = 1_005;

#[derive(Debug, Default)]
struct Table {
    batches: Mutex<Vec<Vec<u64>>>,
    /// Waited for by each batch, where it is set.
    go_on: Option<Semaphore>,
    running: AtomicU32,
    dropped: AtomicU32,
}

struct Running<'a>(&'a Table, bool);

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.running.fetch_sub(1, SeqCst);
        self.0.dropped.fetch_add(u32::from(!self.1), SeqCst);
    }
}

impl Batch<Save> for Table {
    type Key = u32;

    fn key(&self, message: &Save) -> u32 {
        message.tenant
    }

    async fn run(&self, key: &u32, batch: Vec<Save>) -> Answers<Save> {
        assert!(batch.iter().all(|save| save.tenant == *key), "another's item");
        let numbers: Vec<u64> = batch.iter().map(|save| save.number).collect();
        self.batches.lock().unwrap().push(numbers.clone());
        assert!(!numbers.contains(&PANICS), "at once");
        self.running.fetch_add(1, SeqCst);
        let mut running = Running(self, false);
        if let Some(go_on) = &self.go_on {
            go_on.acquire().await.unwrap().forget();
        }
        running.1 = true;
        assert!(!numbers.contains(&PANICS_LATER), "later");
        if numbers.contains(&ALL_FAIL) {
            return Err(Trouble::Busy);
        }
        let mut answers: Vec<Result<u64, Trouble>> =
            numbers.iter().map(|number| if *number == FAILS { Err(Trouble::Wrong) } else { Ok(number * 2) }).collect();
        if numbers.contains(&FORGETS) {
            answers.pop();
        }
        if numbers.contains(&INVENTS) {
            answers.push(Ok(0));
        }
        Ok(answers)
    }
}

struct Saves {
    saves: AutoBatch<Save, Table>,
}

#[handler]
impl Saves {
    async fn save(&self, cmd: Save, cx: &mut Context<impl Scope>) -> Outcome<Save> {
        self.saves.answer(cmd, cx).await
    }
}

#[mediator(clock = self.clock, timer = self.clock, random = self.random)]
struct App {
    clock: VirtualClock,
    saves: Saves,
    #[state]
    random: SeededRandom,
}

fn app(saves: AutoBatch<Save, Table>) -> App {
    App { clock: VirtualClock::new(), saves: Saves { saves }, random: SeededRandom::new(1) }
}

/// Batches of three that answer at once.
fn quick() -> App {
    app(AutoBatch::new(Table::default(), 3, AGE))
}

/// Batches of three that wait until they may answer.
fn slow() -> App {
    app(AutoBatch::new(Table { go_on: Some(Semaphore::new(0)), ..Table::default() }, 3, AGE))
}

type Sent<'a> = Pin<Box<dyn Future<Output = Outcome<Save>> + Send + 'a>>;

impl App {
    fn table(&self) -> &Table {
        self.saves.saves.batch()
    }

    /// What has run since the last time.
    fn batches(&self) -> Vec<Vec<u64>> {
        std::mem::take(&mut *self.table().batches.lock().unwrap())
    }

    fn go_on(&self, batches: usize) {
        self.table().go_on.as_ref().unwrap().add_permits(batches);
    }

    fn running(&self) -> u32 {
        self.table().running.load(SeqCst)
    }

    /// Sent, and waiting.
    async fn sent(&self, save: Save) -> Sent<'_> {
        let mut call: Sent<'_> = Box::pin(self.send(save));
        assert!(poll_once(&mut call).await.is_pending());
        call
    }

    async fn all_sent(&self, numbers: &[u64]) -> Vec<Sent<'_>> {
        let mut calls = Vec::new();
        for number in numbers {
            calls.push(self.sent(save(*number)).await);
        }
        calls
    }
}

#[tokio::test]
async fn a_full_batch_runs_at_once_in_order() {
    let app = quick();
    let calls = app.all_sent(&[1, 2]).await;
    assert_eq!(app.send(save(3)).await, Ok(6), "the last one runs it");
    assert_eq!(join_all(calls).await, [Ok(2), Ok(4)]);
    assert_eq!(app.batches(), [[1, 2, 3]]);
    assert_eq!(app.clock.waiting(), 0, "no timer is left behind");
    assert!(app.saves.saves.is_empty());
}

#[tokio::test]
async fn a_batch_that_is_not_full_runs_when_its_first_is_old() {
    let app = quick();
    let mut first = app.sent(save(1)).await;
    app.clock.advance(AGE / 2);
    let mut second = app.sent(save(2)).await;
    assert_eq!(app.clock.waiting(), 1);
    let (outcome, waits) = drive(&app.clock, &mut first).await;
    assert_eq!((outcome, waits), (Ok(2), vec![AGE / 2]));
    assert_eq!(poll_once(&mut second).await, Poll::Ready(Ok(4)));
    assert_eq!(app.batches(), [[1, 2]]);
}

#[tokio::test]
async fn batches_of_one_do_not_wait() {
    let app = app(AutoBatch::new(Table::default(), 0, AGE));
    assert_eq!(app.send(save(1)).await, Ok(2));
    assert_eq!(app.send(save(2)).await, Ok(4));
    assert_eq!(app.batches(), [[1], [2]]);
    assert_eq!(app.clock.waiting(), 0);
}

#[tokio::test]
async fn each_key_has_its_own_batch() {
    let app = quick();
    let calls = join_all((0..6).map(|number| app.send(Save { tenant: number as u32 % 2, number })));
    assert_eq!(calls.await, [0, 2, 4, 6, 8, 10].map(Ok));
    assert_eq!(app.batches(), [[0, 2, 4], [1, 3, 5]]);
}

#[tokio::test]
async fn the_next_batch_gathers_while_one_runs() {
    let app = slow();
    let first = app.all_sent(&[1, 2, 3]).await;
    let second = app.all_sent(&[4, 5, 6]).await;
    assert_eq!(app.running(), 2, "they run concurrently");
    app.go_on(2);
    assert_eq!(join_all(second).await, [Ok(8), Ok(10), Ok(12)]);
    assert_eq!(join_all(first).await, [Ok(2), Ok(4), Ok(6)]);
}

#[tokio::test]
async fn an_items_error_is_its_own() {
    let app = quick();
    let outcomes = join_all([1, FAILS, 3].map(|number| app.send(save(number)))).await;
    assert_eq!(outcomes, [Ok(2), Err(Error::Handler(Trouble::Wrong)), Ok(6)]);
}

#[tokio::test]
async fn a_batchs_error_is_everybodys() {
    let app = quick();
    let outcomes = join_all([1, ALL_FAIL, 3].map(|number| app.send(save(number)))).await;
    assert_eq!(outcomes, [const { Err(Error::Handler(Trouble::Busy)) }; 3]);
}

#[tokio::test]
async fn a_panic_is_everybodys() {
    for (panics, text) in [(PANICS, "at once"), (PANICS_LATER, "later")] {
        let app = quick();
        for outcome in join_all([1, panics, 3].map(|number| app.send(save(number)))).await {
            assert!(matches!(outcome, Err(Error::Panicked(panic)) if panic.message() == text));
        }
        assert_eq!(join_all([1, 2, 3].map(|number| app.send(save(number)))).await, [Ok(2), Ok(4), Ok(6)]);
    }
}

#[tokio::test]
async fn another_number_of_answers_is_everybodys_error() {
    for wrong in [FORGETS, INVENTS] {
        let app = quick();
        for outcome in join_all([1, wrong, 3].map(|number| app.send(save(number)))).await {
            let error = outcome.unwrap_err();
            assert_eq!((error.code(), error.class()), ("catga.batch_answers", Class::Unknown));
            assert!(error.to_string().contains("another number"));
        }
    }
}

#[tokio::test]
async fn who_leaves_before_the_batch_runs_takes_its_item_along() {
    for gone in 0..3 {
        let app = app(AutoBatch::new(Table::default(), 4, AGE));
        let mut calls = app.all_sent(&[0, 1, 2]).await;
        drop(calls.remove(gone));
        assert_eq!(app.saves.saves.len(), 2);
        // The first one's time holds, whoever waits for it.
        app.clock.advance(AGE / 2);
        let (outcomes, _) = drive(&app.clock, join_all(calls)).await;
        let left: Vec<u64> = (0..3).filter(|number| *number != gone as u64).collect();
        assert_eq!(outcomes, left.iter().map(|number| Ok(number * 2)).collect::<Vec<_>>());
        assert_eq!(app.batches(), [left]);
    }
}

#[tokio::test]
async fn the_time_is_the_batchs_and_not_its_drivers() {
    let app = quick();
    let mut calls = app.all_sent(&[1, 2]).await;
    app.clock.advance(AGE / 2);
    drop(calls.remove(0));
    let (outcome, waits) = drive(&app.clock, calls.remove(0)).await;
    assert_eq!((outcome, waits), (Ok(4), vec![AGE / 2]));
}

#[tokio::test]
async fn a_batch_that_everybody_left_leaves_nothing() {
    let app = quick();
    drop(app.all_sent(&[1, 2]).await);
    assert!(app.saves.saves.is_empty());
    app.clock.advance(AGE * 2);
    let mut call = app.sent(save(3)).await;
    let (outcome, waits) = drive(&app.clock, &mut call).await;
    assert_eq!((outcome, waits), (Ok(6), vec![AGE]), "a new batch with a time of its own");
    assert_eq!(app.batches(), [[3]]);
}

#[tokio::test]
async fn a_full_batch_whose_runner_leaves_at_once_still_runs() {
    let app = slow();
    let calls = app.all_sent(&[1, 2]).await;
    let last = app.sent(save(3)).await;
    assert_eq!(app.running(), 1);
    drop(last);
    app.go_on(1);
    assert_eq!(join_all(calls).await, [Ok(2), Ok(4)], "another goes on with it, where it was");
    assert_eq!(app.batches(), [[1, 2, 3]], "its item has run");
    assert_eq!(app.table().dropped.load(SeqCst), 0);
}

#[tokio::test]
async fn drivers_that_leave_one_after_the_other() {
    let app = slow();
    let mut calls = app.all_sent(&[1, 2, 3]).await;
    // The third drives it, then the first.
    drop(calls.remove(2));
    assert!(poll_once(&mut calls[0]).await.is_pending());
    drop(calls.remove(0));
    app.go_on(1);
    assert_eq!(calls.remove(0).await, Ok(4));
}

#[tokio::test]
async fn a_batch_that_nobody_waits_for_is_dropped() {
    let app = slow();
    let calls = app.all_sent(&[1, 2, 3]).await;
    assert_eq!(app.running(), 1);
    drop(calls);
    assert_eq!((app.running(), app.table().dropped.load(SeqCst)), (0, 1));
    assert!(app.saves.saves.is_empty());
}

#[tokio::test]
async fn a_full_queue_lets_wait() {
    let app = app(AutoBatch::new(Table::default(), 3, AGE).queue(2));
    let (outcomes, waits) = drive(&app.clock, join_all((0..5).map(|number| app.send(save(number))))).await;
    assert_eq!(outcomes, [0, 2, 4, 6, 8].map(Ok));
    assert_eq!(app.batches(), [vec![0, 1], vec![2, 3], vec![4]]);
    assert_eq!(waits, [AGE; 3]);
}

#[tokio::test]
async fn a_full_queue_refuses_where_it_is_told_to() {
    for saves in [
        AutoBatch::new(Table::default(), 3, AGE).queue(2).refuse_when_full(),
        AutoBatch::new(Table::default(), 3, AGE).refuse_when_full().queue(2),
    ] {
        let app = app(saves);
        let calls = app.all_sent(&[1, 2]).await;
        assert_eq!(app.send(save(3)).await, Err(Error::Unavailable { retry_after: None }));
        assert_eq!(drive(&app.clock, join_all(calls)).await.0, [Ok(2), Ok(4)]);
    }
}

#[tokio::test]
async fn who_leaves_makes_room() {
    let app = app(AutoBatch::new(Table::default(), 3, AGE).queue(1));
    let mut calls = app.all_sent(&[1, 2, 3]).await;
    drop(calls.remove(1));
    drop(calls.remove(0));
    assert_eq!(drive(&app.clock, calls.remove(0)).await.0, Ok(6));
    assert_eq!(app.batches(), [[3]]);
}

#[tokio::test]
async fn who_is_cancelled_while_it_waits_for_room_does_not_run() {
    let app = app(AutoBatch::new(Table::default(), 3, AGE).queue(1));
    let cancel = Cancel::new();
    let mut first = app.sent(save(1)).await;
    let mut second = pin!(app.send_with(save(2), Call::new().cancel(&cancel)));
    assert!(poll_once(&mut second).await.is_pending());
    cancel.cancel();
    assert_eq!(drive(&app.clock, &mut first).await.0, Ok(2));
    drop(first);
    assert_eq!(second.await, Err(Error::Cancelled));
    assert_eq!(app.batches(), [[1]]);
}

#[tokio::test]
async fn jitter_makes_batches_run_earlier_by_chance() {
    let app = app(AutoBatch::new(Table::default(), 3, AGE).jitter(AGE / 2));
    let mut waited = Vec::new();
    for _ in 0..20 {
        let (outcome, waits) = drive(&app.clock, app.send(save(1))).await;
        assert_eq!(outcome, Ok(2));
        waited.push(waits.iter().sum::<Duration>());
    }
    assert!(waited.iter().all(|wait| (AGE / 2..=AGE).contains(wait)), "{waited:?}");
    waited.dedup();
    assert!(waited.len() > 15);
}

#[tokio::test]
async fn a_panic_of_a_key_is_its_callers_alone() {
    struct Odd;

    impl Batch<Save> for Odd {
        type Key = u64;

        fn key(&self, message: &Save) -> u64 {
            assert!(message.number != PANICS, "no key");
            0
        }

        async fn run(&self, _: &u64, batch: Vec<Save>) -> Answers<Save> {
            Ok(batch.iter().map(|save| Ok(save.number)).collect())
        }
    }

    let app = quick();
    let cx = app.context();
    let odd = AutoBatch::<Save, Odd>::new(Odd, 2, AGE);
    let mut first = pin!(odd.answer(save(1), &cx));
    assert!(poll_once(&mut first).await.is_pending());
    let panicked = AssertUnwindSafe(odd.answer(save(PANICS), &cx));
    assert!(futures_util::FutureExt::catch_unwind(panicked).await.is_err());
    assert_eq!(odd.answer(save(2), &cx).await, Ok(2));
    assert_eq!(first.await, Ok(1));
    assert!(odd.is_empty());
}

/// What happens to one caller.
#[derive(Clone, Debug)]
enum Step {
    Send {
        tenant: u32,
    },
    /// Polls one of those that are there.
    Poll(usize),
    Drop(usize),
    Advance,
    GoOn,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0_u32..2).prop_map(|tenant| Step::Send { tenant }),
        4 => (0_usize..64).prop_map(Step::Poll),
        2 => (0_usize..64).prop_map(Step::Drop),
        1 => Just(Step::Advance),
        2 => Just(Step::GoOn),
    ]
}

proptest! {
    /// Whoever is dropped when: each that stays is answered with its own answer, each item runs at most
    /// once, and those of all who stay have run.
    #[test]
    fn every_item_is_answered_exactly_once(steps in prop::collection::vec(step(), 1..120), most in 1_u32..9) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let table = Table { go_on: Some(Semaphore::new(0)), ..Table::default() };
            let app = app(AutoBatch::new(table, 3, AGE).queue(most));
            let mut calls: Vec<(u64, Sent<'_>)> = Vec::new();
            let mut answered = Vec::new();
            let mut next = 0;
            for step in steps {
                match step {
                    Step::Send { tenant } => {
                        calls.push((next, Box::pin(app.send(Save { tenant, number: next }))));
                        next += 1;
                    }
                    Step::Poll(at) if !calls.is_empty() => {
                        let at = at % calls.len();
                        if let Poll::Ready(outcome) = poll_once(&mut calls[at].1).await {
                            let (number, _) = calls.remove(at);
                            assert_eq!(outcome, Ok(number * 2));
                            answered.push(number);
                        }
                    }
                    Step::Drop(at) if !calls.is_empty() => {
                        let at = at % calls.len();
                        drop(calls.remove(at));
                    }
                    Step::Poll(_) | Step::Drop(_) => {}
                    Step::Advance => app.clock.advance(AGE / 2),
                    Step::GoOn => app.go_on(1),
                }
            }
            // Now all may go on, woken by nothing but wakers and the clock.
            app.go_on(1_000);
            let numbers: Vec<u64> = calls.iter().map(|(number, _)| *number).collect();
            let rest = join_all(calls.into_iter().map(|(_, call)| call));
            let (outcomes, _) = drive(&app.clock, rest).await;
            assert_eq!(outcomes, numbers.iter().map(|number| Ok(number * 2)).collect::<Vec<_>>());
            answered.extend(numbers);
            let mut ran = app.batches().concat();
            ran.sort_unstable();
            let count = ran.len();
            ran.dedup();
            assert_eq!(ran.len(), count, "an item ran twice");
            assert!(answered.iter().all(|number| ran.binary_search(number).is_ok()), "answered without having run");
            assert_eq!(app.running(), 0);
            assert!(app.saves.saves.is_empty());
            assert_eq!(app.clock.waiting(), 0);
        });
    }
}

#[mediator]
struct Threads {
    saves: Saves,
}

/// On many threads and tokio's timer, with callers that are dropped at any time.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_storm_with_callers_that_are_dropped() {
    for round in 0..100_u64 {
        let saves = AutoBatch::new(Table::default(), 4, Duration::from_micros(200)).queue(12);
        let app = Arc::new(Threads { saves: Saves { saves } });
        let mut calls = JoinSet::new();
        for number in 0..48_u64 {
            let app = Arc::clone(&app);
            calls.spawn(async move {
                let mut call: Sent<'_> = Box::pin(app.send(Save { tenant: (number % 3) as u32, number }));
                if (number * 5 + round) % 3 != 0 {
                    assert_eq!(call.await, Ok(number * 2));
                    return true;
                }
                for _ in 0..number % 3 {
                    if let Poll::Ready(outcome) = poll_once(&mut call).await {
                        assert_eq!(outcome, Ok(number * 2));
                        return true;
                    }
                    tokio::task::yield_now().await;
                }
                false
            });
        }
        let all = tokio::time::timeout(Duration::from_secs(20), calls.join_all()).await;
        let answered = all.expect("nobody hangs").into_iter().filter(|answered| *answered).count();
        assert!(answered >= 32);
        let ran = app.saves.saves.batch().batches.lock().unwrap().concat();
        assert!(ran.len() >= answered);
        assert!(app.saves.saves.is_empty());
    }
}
