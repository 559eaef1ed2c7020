//! `Retry` on virtual time: when it repeats, how long it waits, and when it gives up.

use std::pin::pin;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::task::Poll;
use std::time::Duration;

use catga::prelude::*;
use catga::scope::Call;
use catga::testing::{SeededRandom, VirtualClock};
use catga::time::{Cancel, Instant, Random};
use catga_tests::{Trouble, drive, poll_once};
use futures_util::FutureExt as _;
use proptest::prelude::*;

const SECOND: Duration = Duration::from_secs(1);
const MS: Duration = Duration::from_millis(1);

#[command(reply = u32, error = Trouble)]
#[derive(Clone)]
struct Act;

#[command(reply = u32, error = Trouble, idempotent)]
#[derive(Clone)]
struct Set;

#[query(reply = u32, error = Trouble)]
#[derive(Clone)]
struct Get;

#[command(reply = u32, error = Trouble)]
#[derive(Clone)]
struct Full;

/// An event has no replies, and its handlers are repeated one by one.
#[event]
struct Happened;

/// Fails as it is told, one failure a try, and then answers with the number of tries.
#[derive(Default)]
struct Work {
    clock: VirtualClock,
    failures: Mutex<Vec<Error<Trouble>>>,
    tries: Mutex<Vec<Instant>>,
}

impl Work {
    fn attempt(&self) -> Result<u32, Error<Trouble>> {
        let mut tries = self.tries.lock().unwrap();
        tries.push(self.clock.now());
        let mut failures = self.failures.lock().unwrap();
        if failures.is_empty() { Ok(tries.len() as u32) } else { Err(failures.remove(0)) }
    }

    fn tries(&self) -> usize {
        self.tries.lock().unwrap().len()
    }

    /// How long it was from each try to the next.
    fn waits(&self) -> Vec<Duration> {
        self.tries.lock().unwrap().windows(2).map(|pair| pair[1].since(pair[0])).collect()
    }
}

#[handler]
impl Work {
    async fn act(&self, _cmd: Act) -> Result<u32, Error<Trouble>> {
        self.attempt()
    }

    async fn set(&self, _cmd: Set) -> Result<u32, Error<Trouble>> {
        self.attempt()
    }

    fn get(&self, _query: Get) -> Result<u32, Error<Trouble>> {
        self.attempt()
    }

    /// Its own timeout, inside of the retry.
    #[pipeline(Timeout::secs(1))]
    async fn full(&self, _cmd: Full) -> Result<u32, Error<Trouble>> {
        let attempt = self.attempt();
        self.clock.sleep(SECOND / 2).await;
        attempt
    }

    fn on_happened(&self, _event: &Happened) -> Result<(), Trouble> {
        self.attempt().map(drop).map_err(|error| *error.handler().unwrap())
    }
}

/// Hears the same event, and never fails.
#[derive(Default)]
struct Calm(AtomicU64);

#[handler]
impl Calm {
    fn on_happened(&self, _event: &Happened) {
        self.0.fetch_add(1, SeqCst);
    }
}

/// All of its bits, always: every wait is the longest. Zero, always: every wait is none.
struct Always(u64);

impl Random for Always {
    fn next(&self) -> u64 {
        self.0
    }
}

#[mediator(clock = self.clock, timer = self.clock, random = self.random)]
#[pipeline(Timeout::secs(60), Retry::times(3).base(Duration::from_millis(100)).cap(Duration::from_millis(300)))]
struct App<R: Random> {
    clock: VirtualClock,
    random: R,
    work: Work,
    calm: Calm,
}

fn app<R: Random>(random: R, failures: impl IntoIterator<Item = Error<Trouble>>) -> App<R> {
    let clock = VirtualClock::new();
    let failures = failures.into_iter().collect::<Vec<_>>().into();
    let work = Work { clock: clock.clone(), failures, tries: Mutex::default() };
    App { clock, random, work, calm: Calm::default() }
}

fn longest(failures: impl IntoIterator<Item = Error<Trouble>>) -> App<Always> {
    app(Always(u64::MAX), failures)
}

const BUSY: fn() -> Error<Trouble> = || Error::Handler(Trouble::Busy);

#[tokio::test]
async fn what_succeeds_is_not_repeated() {
    let app = longest([]);
    assert_eq!(drive(&app.clock, app.send(Act)).await, (Ok(1), vec![]));
}

#[tokio::test]
async fn waits_double_up_to_the_cap() {
    let app = longest([BUSY(), BUSY(), BUSY()]);
    assert_eq!(drive(&app.clock, app.send(Act)).await.0, Ok(4));
    assert_eq!(app.work.waits(), [100 * MS, 200 * MS, 300 * MS]);
}

#[tokio::test]
async fn the_last_error_is_the_answer_when_all_tries_failed() {
    let app = longest([BUSY(), BUSY(), BUSY(), Error::Handler(Trouble::Stale), BUSY()]);
    assert_eq!(drive(&app.clock, app.send(Act)).await.0, Err(Error::Handler(Trouble::Stale)));
    assert_eq!(app.work.tries(), 4);
}

#[tokio::test]
async fn jitter_spreads_each_wait_from_nothing_to_its_longest() {
    let shortest = app(Always(0), [BUSY(), BUSY(), BUSY()]);
    assert_eq!(drive(&shortest.clock, shortest.send(Act)).await.0, Ok(4));
    assert_eq!(shortest.work.waits(), [Duration::ZERO; 3]);
    let mut largest = [Duration::ZERO; 3];
    for seed in 0..500 {
        let app = app(SeededRandom::new(seed), [BUSY(), BUSY(), BUSY()]);
        assert_eq!(drive(&app.clock, app.send(Act)).await.0, Ok(4));
        for (i, wait) in app.work.waits().into_iter().enumerate() {
            assert!(wait <= [100 * MS, 200 * MS, 300 * MS][i]);
            largest[i] = largest[i].max(wait);
        }
    }
    assert!(largest[0] > 90 * MS && largest[1] > 180 * MS && largest[2] > 270 * MS, "{largest:?}");
}

#[tokio::test]
async fn transient_and_conflict_are_repeated_and_permanent_is_not() {
    let stale = longest([Error::Handler(Trouble::Stale)]);
    assert_eq!(drive(&stale.clock, stale.send(Act)).await.0, Ok(2));
    for failure in [Error::Handler(Trouble::Wrong), Error::Cancelled, Error::Invalid(Default::default())] {
        let app = longest([failure]);
        assert!(drive(&app.clock, app.send(Get)).await.0.is_err());
        assert_eq!(app.work.tries(), 1);
    }
    let refused = longest([Error::Refused(Failure::new("gate.shut", Class::Transient))]);
    assert_eq!(drive(&refused.clock, refused.send(Act)).await.0, Ok(2));
}

#[tokio::test]
async fn unknown_is_repeated_where_twice_is_no_more_than_once() {
    for failure in [|| Error::Handler(Trouble::Lost), || Error::Timeout] {
        let app = longest([failure()]);
        assert!(drive(&app.clock, app.send(Act)).await.0.is_err(), "a command");
        let app = longest([failure()]);
        assert_eq!(drive(&app.clock, app.send(Set)).await.0, Ok(2), "an idempotent command");
        let app = longest([failure()]);
        assert_eq!(drive(&app.clock, app.send(Get)).await.0, Ok(2), "a query");
    }
}

#[tokio::test]
async fn it_waits_as_long_as_the_handler_is_unavailable() {
    let unavailable = |after| Error::Unavailable { retry_after: after };
    let app = longest([unavailable(Some(2 * SECOND)), unavailable(Some(MS)), unavailable(None)]);
    assert_eq!(drive(&app.clock, app.send(Act)).await.0, Ok(4));
    assert_eq!(app.work.waits(), [2 * SECOND, 200 * MS, 300 * MS]);
}

#[tokio::test]
async fn it_waits_as_long_as_any_error_asks_for() {
    #[derive(Debug)]
    struct Later(Duration);

    impl std::fmt::Display for Later {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("later")
        }
    }

    impl std::error::Error for Later {}

    impl Classify for Later {
        fn class(&self) -> Class {
            Class::Transient
        }

        fn retry_after(&self) -> Option<Duration> {
            Some(self.0)
        }
    }

    let later = |after| Failure::from_error(Later(after));
    let app = longest([Error::Refused(later(2 * SECOND)), Error::Transport(later(SECOND)), Error::Refused(later(MS))]);
    assert_eq!(drive(&app.clock, app.send(Act)).await.0, Ok(4));
    assert_eq!(app.work.waits(), [2 * SECOND, SECOND, 300 * MS]);
}

#[tokio::test]
async fn it_gives_up_at_once_where_the_wait_would_pass_the_deadline() {
    let app = longest([Error::Unavailable { retry_after: Some(60 * SECOND) }]);
    let after = Some(60 * SECOND);
    assert_eq!(drive(&app.clock, app.send(Act)).await, (Err(Error::Unavailable { retry_after: after }), vec![]));
    let app = longest([Error::Unavailable { retry_after: Some(60 * SECOND - MS) }]);
    assert_eq!(drive(&app.clock, app.send(Act)).await.0, Ok(2));
}

#[tokio::test]
async fn it_gives_up_where_the_caller_cancelled() {
    let app = longest([BUSY(), BUSY()]);
    let cancel = Cancel::new();
    let mut send = pin!(app.send_with(Act, Call::new().cancel(&cancel)));
    assert!(poll_once(&mut send).await.is_pending());
    assert_eq!(app.work.tries(), 1);
    cancel.cancel();
    app.clock.advance(100 * MS);
    assert_eq!(poll_once(&mut send).await, Poll::Ready(Err(BUSY())), "with the last error");
    assert_eq!(app.work.tries(), 1);
}

#[tokio::test]
async fn who_cancels_during_a_try_does_not_wait_for_the_next() {
    let app = longest([BUSY(), BUSY()]);
    let cancel = Cancel::new();
    let mut send = pin!(app.send_with(Full, Call::new().cancel(&cancel)));
    assert!(poll_once(&mut send).await.is_pending());
    cancel.cancel();
    app.clock.advance(SECOND / 2);
    assert_eq!(poll_once(&mut send).await, Poll::Ready(Err(BUSY())), "at the end of the try");
    assert_eq!(app.work.tries(), 1);
}

#[tokio::test]
async fn dropped_while_it_waits_it_does_not_run_again() {
    let app = longest([BUSY()]);
    {
        let mut send = pin!(app.send(Act));
        assert!(poll_once(&mut send).await.is_pending());
        assert_eq!(app.clock.waiting(), 2, "the wait and the timeout around it");
    }
    assert_eq!(app.clock.waiting(), 0);
    app.clock.advance(SECOND);
    assert_eq!(app.work.tries(), 1);
}

#[tokio::test]
async fn a_timeout_inside_is_begun_anew_for_every_try() {
    let app = longest([BUSY(), BUSY(), BUSY()]);
    assert_eq!(drive(&app.clock, app.send(Full)).await.0, Ok(4));
    assert_eq!(app.work.waits(), [600 * MS, 700 * MS, 800 * MS]);
}

#[tokio::test]
async fn one_handler_of_an_event_is_repeated_and_its_neighbour_is_not() {
    let app = longest([BUSY(), BUSY()]);
    drive(&app.clock, app.publish(Happened)).await.0.unwrap();
    assert_eq!(app.work.tries(), 3);
    assert_eq!(app.calm.0.load(SeqCst), 1);
}

#[mediator(timer = self.timer, random = self.random)]
#[pipeline(Retry::times(70).base(Duration::from_millis(1)).cap(Duration::MAX))]
struct Long {
    timer: VirtualClock,
    random: Always,
    work: Work,
}

#[mediator(timer = self.timer)]
#[pipeline(Retry::times(0))]
struct Once {
    timer: VirtualClock,
    work: Work,
}

#[tokio::test]
async fn no_times_is_once() {
    let App { clock, work, .. } = longest([BUSY()]);
    let once = Once { timer: clock.clone(), work };
    assert_eq!(drive(&clock, once.send(Act)).await, (Err(BUSY()), vec![]));
}

#[tokio::test]
async fn a_wait_that_is_doubled_often_does_not_overflow() {
    let App { clock, work, random, .. } = longest((0..70).map(|_| BUSY()));
    let long = Long { timer: clock.clone(), random, work };
    assert_eq!(drive(&clock, long.send(Act)).await.0, Ok(71));
    assert!(long.work.waits().is_sorted());
}

/// A retry of any kind, as a field.
#[mediator(clock = self.clock, timer = self.clock, random = self.random)]
#[pipeline(Timeout::secs(600), self.retry)]
struct Any {
    clock: VirtualClock,
    random: SeededRandom,
    retry: Retry,
    work: Work,
}

fn millis(most: u64) -> impl Strategy<Value = Duration> {
    (0..most).prop_map(Duration::from_millis)
}

proptest! {
    /// Whatever it is told and whatever fails: no more tries than that, each wait between what the error asks for and
    /// the longest there may be, and all before the deadline.
    #[test]
    fn its_schedule_is_within_its_bounds(
        times in 0_u32..8,
        base in millis(2_000),
        cap in millis(60_000),
        seed in any::<u64>(),
        asked in prop::collection::vec(prop::option::of(millis(300_000)), 0..10),
    ) {
        let failures: Vec<_> = asked.iter().map(|after| Error::Unavailable { retry_after: *after }).collect();
        let App { clock, work, .. } = longest(failures);
        let retry = Retry::times(times).base(base).cap(cap);
        let app = Any { clock, random: SeededRandom::new(seed), retry, work };
        let (outcome, _) = drive(&app.clock, app.send(Act)).now_or_never().unwrap();
        let waits = app.work.waits();
        prop_assert!(waits.len() <= times as usize);
        for (attempt, (wait, asked)) in waits.iter().zip(&asked).enumerate() {
            let longest = base.saturating_mul(1 << attempt).min(cap);
            let asked = asked.unwrap_or_default();
            prop_assert!(asked <= *wait && *wait <= longest.max(asked), "{wait:?} after {attempt} of {longest:?}, {asked:?}");
        }
        let all: Duration = waits.iter().sum();
        prop_assert!(all < 600 * SECOND);
        let tries = app.work.tries();
        match outcome {
            Ok(answer) => {
                prop_assert_eq!((answer as usize, asked.len()), (tries, tries - 1));
            }
            // The last error, as there were no more tries or no more time.
            Err(error) => {
                let last = asked[tries - 1];
                prop_assert_eq!(error, Error::Unavailable { retry_after: last });
                let next = last.unwrap_or_default().max(base.saturating_mul(1 << (tries - 1)).min(cap));
                prop_assert!(tries == times as usize + 1 || all + next >= 600 * SECOND, "given up too early");
            }
        }
    }
}
