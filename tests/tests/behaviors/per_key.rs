//! `PerKey`: what each behavior does, for each key by itself, and what is forgotten.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::time::Duration;

use catga::behaviors::{Circuit, Idle};
use catga::prelude::*;
use catga::testing::VirtualClock;
use catga_tests::{Trouble, collect_ready, drive, poll_once};
use futures_util::{FutureExt as _, Stream, stream};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

const SECOND: Duration = Duration::from_secs(1);

/// Who calls.
struct User(u32);

/// The caller; all who say nothing are number 0.
struct ByUser;

impl<M: Message> KeyOf<M, u32, User> for ByUser {
    fn key(&self, _: &M, caller: Option<&User>) -> u32 {
        caller.map_or(0, |user| user.0)
    }
}

#[command(error = Trouble)]
struct Work(Option<Trouble>);

/// Waits until it may go on.
#[command]
struct Wait;

/// What is the caller's own.
#[query(reply = u32)]
#[derive(Clone, PartialEq, Eq, Hash)]
struct MyNumber;

#[query(stream = u32)]
struct List;

#[event]
struct Told;

struct Desk {
    begun: AtomicU32,
    go_on: Semaphore,
}

#[handler]
impl Desk {
    fn work(&self, cmd: Work) -> Result<(), Trouble> {
        self.begun.fetch_add(1, SeqCst);
        cmd.0.map_or(Ok(()), Err)
    }

    async fn wait(&self, _cmd: Wait) {
        self.go_on.acquire().await.unwrap().forget();
    }

    fn my_number(&self, _query: MyNumber, cx: &mut Context<impl Extended<User>>) -> u32 {
        self.begun.fetch_add(1, SeqCst);
        cx.extension().map_or(0, |user| user.0)
    }

    fn list(&self, _query: List) -> impl Stream<Item = u32> {
        stream::iter([1, 2])
    }

    fn on_told(&self, _event: &Told) {
        self.begun.fetch_add(1, SeqCst);
    }
}

macro_rules! app {
    ($name:ident, [$($entry:tt)*], $behavior:ty) => {
        #[mediator(clock = self.clock, timer = self.clock, extension = User)]
        #[pipeline($($entry)*)]
        struct $name {
            clock: VirtualClock,
            each: PerKey<u32, ByUser, $behavior>,
            desk: Desk,
        }

        impl $name {
            fn new(most: usize, make: impl Fn() -> $behavior + Send + Sync + 'static) -> Self {
                let desk = Desk { begun: AtomicU32::new(0), go_on: Semaphore::new(0) };
                Self { clock: VirtualClock::new(), each: PerKey::new(most, ByUser, make), desk }
            }

            #[allow(dead_code, reason = "not all are asked so")]
            async fn work(&self, user: u32, trouble: Option<Trouble>) -> Outcome<Work> {
                self.send_with(Work(trouble), Call::new().extension(&User(user))).await
            }
        }
    };
}

app!(Limited, [self.each], RateLimit);
app!(Crowded, [self.each], Bulkhead);
app!(Breaking, [self.each], CircuitBreaker);
app!(Waiting, [self.each], Throttle);
app!(Cached, [queries: self.each], Cache<MyNumber>);

fn unavailable<E>(after: Option<Duration>) -> Result<(), Error<E>> {
    Err(Error::Unavailable { retry_after: after })
}

#[tokio::test]
async fn each_key_has_a_limit_of_its_own() {
    let app = Limited::new(8, || RateLimit::per_second(1));
    for user in 0..3 {
        assert_eq!(app.work(user, None).await, Ok(()));
        assert_eq!(app.work(user, None).await, unavailable(Some(SECOND)));
    }
    app.clock.advance(SECOND);
    assert_eq!(app.work(1, None).await, Ok(()));
    assert_eq!((app.each.len(), app.desk.begun.load(SeqCst)), (3, 4));
}

#[tokio::test]
async fn all_kinds_have_a_key() {
    let app = Limited::new(8, || RateLimit::per_second(4));
    let ann = Call::new().extension(&User(1));
    assert_eq!(app.send_with(MyNumber, ann).await, Ok(1));
    assert_eq!(collect_ready(app.stream_with(List, ann)).await, [Ok(1), Ok(2)]);
    app.publish_with(Told, ann).await.unwrap();
    assert_eq!(app.work(1, None).await, Ok(()));
    assert!(matches!(app.send_with(MyNumber, ann).await, Err(Error::Unavailable { retry_after: Some(_) })));
    assert!(matches!(collect_ready(app.stream_with(List, ann)).await[..], [Err(Error::Unavailable { .. })]));
    assert!(app.publish_with(Told, ann).await.is_err());
    assert_eq!(app.send(MyNumber).await, Ok(0), "another key");
}

#[tokio::test]
async fn two_users_do_not_see_what_is_kept_of_the_other() {
    let app = Cached::new(8, || Cache::new(16, SECOND));
    for _ in 0..2 {
        for user in [1, 2] {
            assert_eq!(app.send_with(MyNumber, Call::new().extension(&User(user))).await, Ok(user));
        }
    }
    assert_eq!(app.desk.begun.load(SeqCst), 2, "each is asked for once");
    let anns = app.each.get(&1).unwrap();
    assert!(anns.invalidate(&MyNumber));
    assert!(app.each.get(&3).is_none());
}

#[tokio::test]
async fn one_users_failures_open_no_others_breaker() {
    let app = Breaking::new(8, || CircuitBreaker::new(1, SECOND));
    assert!(app.work(1, Some(Trouble::Busy)).await.is_err());
    assert_eq!(app.work(1, None).await, unavailable(Some(SECOND)));
    assert_eq!(app.work(2, None).await, Ok(()));
    app.each.get(&2).unwrap().isolate();
    assert_eq!(app.work(2, None).await, unavailable(None));
    assert_eq!(app.each.get(&1).unwrap().circuit(&app.clock), Circuit::Open);
}

#[tokio::test]
async fn who_is_dropped_leaves_its_own_bulkhead_alone() {
    let app = Crowded::new(8, || Bulkhead::refusing(1));
    let (ann, bob) = (User(1), User(2));
    {
        let mut waits = pin!(app.send_with(Wait, Call::new().extension(&ann)));
        assert!(poll_once(&mut waits).await.is_pending());
        assert_eq!(app.work(1, None).await, unavailable(None));
        assert_eq!(app.work(2, None).await, Ok(()));
        let mut other = pin!(app.send_with(Wait, Call::new().extension(&bob)));
        assert!(poll_once(&mut other).await.is_pending());
    }
    assert_eq!((app.work(1, None).await, app.work(2, None).await), (Ok(()), Ok(())));
}

#[tokio::test]
async fn a_line_for_each() {
    let app = Waiting::new(8, || RateLimit::per_second(1).waiting(4));
    assert_eq!((app.work(1, None).await, app.work(2, None).await), (Ok(()), Ok(())));
    assert_eq!(drive(&app.clock, app.work(1, None)).await, (Ok(()), vec![SECOND]));
    assert_eq!(app.work(2, None).await, Ok(()), "its own second is over, too");
}

/// What would count is not forgotten, however many come.
#[tokio::test]
async fn a_new_key_takes_the_place_of_one_that_is_idle_and_of_no_other() {
    let app = Limited::new(3, || RateLimit::per_second(1));
    for user in 1..=3 {
        assert_eq!(app.work(user, None).await, Ok(()));
        app.clock.advance(SECOND / 4);
    }
    assert_eq!(app.work(4, None).await, unavailable(None), "all are in use");
    assert_eq!(app.work(1, None).await, unavailable(Some(SECOND / 4)));
    app.clock.advance(SECOND / 4);
    assert_eq!(app.work(4, None).await, Ok(()), "the first has its token again");
    assert_eq!(app.each.len(), 3);
    assert!(app.each.get(&1).is_none());
    assert_eq!(app.work(2, None).await, unavailable(Some(SECOND / 4)));
    app.clock.advance(SECOND * 9);
    for user in 0..1_000 {
        assert_eq!(app.work(user, None).await, Ok(()));
        app.clock.advance(SECOND);
    }
    assert_eq!(app.each.len(), 3);
}

#[tokio::test]
async fn what_is_held_is_not_forgotten() {
    let app = Limited::new(1, || RateLimit::per_second(1));
    assert_eq!(app.work(1, None).await, Ok(()));
    let held = app.each.get(&1);
    app.clock.advance(SECOND * 9);
    assert_eq!(app.work(2, None).await, unavailable(None));
    drop(held);
    assert_eq!(app.work(2, None).await, Ok(()));
    let none = Limited::new(0, || RateLimit::per_second(1));
    assert!(none.each.is_empty());
    assert_eq!(none.work(1, None).await, Ok(()), "at least one");
}

/// It does not look at all of very many, and it goes on where it was.
#[tokio::test]
async fn a_search_looks_at_a_part_and_goes_on_there() {
    let app = Breaking::new(100, || CircuitBreaker::new(2, SECOND));
    for user in 0..100 {
        let trouble = (user != 80).then_some(Trouble::Busy);
        let _outcome = app.work(user, trouble).await;
    }
    assert_eq!(app.work(100, None).await, unavailable(None), "the first 64 count a failure");
    assert_eq!(app.work(100, None).await, Ok(()));
    assert!(app.each.get(&80).is_none());
}

#[tokio::test]
async fn each_says_when_it_may_be_forgotten() {
    let clock = VirtualClock::new();
    let limited = Limited::new(1, || RateLimit::per_second(2));
    let breaking = Breaking::new(1, || {
        let rate = FailureRate { percent: 100, least: 9, window: SECOND };
        CircuitBreaker::by_rate(rate, SECOND)
    });
    assert!(RateLimit::per_second(1).is_idle(&clock) && CircuitBreaker::new(1, SECOND).is_idle(&clock));
    limited.work(1, None).await.unwrap();
    breaking.work(1, None).await.unwrap();
    assert!(!limited.each.get(&1).unwrap().is_idle(&limited.clock));
    assert!(!breaking.each.get(&1).unwrap().is_idle(&breaking.clock), "it counts the call");
    for clock in [&limited.clock, &breaking.clock] {
        clock.advance(SECOND);
    }
    assert!(limited.each.get(&1).unwrap().is_idle(&limited.clock));
    assert!(breaking.each.get(&1).unwrap().is_idle(&breaking.clock));
    breaking.each.get(&1).unwrap().isolate();
    assert!(!breaking.each.get(&1).unwrap().is_idle(&breaking.clock));

    let crowded = Crowded::new(1, || Bulkhead::new(1, 1));
    let waits = crowded.send(Wait);
    let mut waits = pin!(waits);
    assert!(poll_once(&mut waits).await.is_pending());
    assert!(!crowded.each.get(&0).unwrap().is_idle(&clock));
    crowded.desk.go_on.add_permits(1);
    waits.await.unwrap();
    assert!(crowded.each.get(&0).unwrap().is_idle(&clock));

    let waiting = Waiting::new(1, || RateLimit::per_second(1).waiting(1));
    waiting.work(0, None).await.unwrap();
    assert!(waiting.work(0, None).now_or_never().is_none(), "it waits and is dropped");
    assert!(!waiting.each.get(&0).unwrap().is_idle(&waiting.clock));
    waiting.clock.advance(SECOND);
    assert!(waiting.each.get(&0).unwrap().is_idle(&waiting.clock));
}

/// On many threads, with more keys than places: nobody gets more than its own.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_storm_of_keys() {
    for _ in 0..20 {
        let app = Arc::new(Limited::new(8, || RateLimit::per_second(3)));
        let mut calls = JoinSet::new();
        for caller in 0..64_u32 {
            let app = Arc::clone(&app);
            calls.spawn(async move { (caller % 12, app.work(caller % 12, None).await.is_ok()) });
        }
        let mut passed = [0; 12];
        for (user, is_ok) in calls.join_all().await {
            passed[user as usize] += u32::from(is_ok);
        }
        assert!(passed.iter().all(|count| *count <= 3), "{passed:?}");
        assert_eq!(passed.iter().filter(|count| **count == 3).count(), 8, "eight have a place: {passed:?}");
        assert_eq!(app.each.len(), 8);
    }
}

/// A behavior that declares everything.
struct Demanding;

impl Declares for Demanding {
    const IDEMPOTENT: bool = true;
    const NEEDS_TIMER: bool = true;
    const NEEDS_CLOCK: bool = true;
    const RUNS_TWICE: bool = true;
    const RUNS_ALONE: bool = true;
}

#[test]
fn what_the_behavior_of_a_key_declares_is_declared() {
    fn declared<B: Declares>(_: &B) -> [bool; 5] {
        [B::IDEMPOTENT, B::NEEDS_TIMER, B::NEEDS_CLOCK, B::RUNS_TWICE, B::RUNS_ALONE]
    }
    assert_eq!(declared(&PerKey::<u32, _, _>::new(1, ByUser, || Demanding)), [true; 5]);
    assert_eq!(declared(&Arc::new(Demanding)), [true; 5], "as behind a pointer");
}
