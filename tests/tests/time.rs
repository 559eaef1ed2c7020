//! Time, chance and cancellation as ports.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::task::Poll;
use std::thread;
use std::time::Duration;

use catga::testing::{SeededRandom, VirtualClock};
use catga::time::{Cancel, Clock, Instant, NoClock, NoRandom, NoTimer, Random, SystemClock, Timer, TokioTimer};
use catga_tests::poll_once;

const SECOND: Duration = Duration::from_secs(1);

#[test]
fn points_are_counted_from_the_origin() {
    let point = Instant::after_origin(SECOND);
    assert_eq!(point.since_origin(), SECOND);
    assert_eq!(point.later(SECOND).since(point), SECOND);
    assert_eq!(point.since(point.later(SECOND)), Duration::ZERO, "never negative");
    assert!(Instant::ORIGIN < point);
}

#[test]
fn the_end_of_time_is_not_passed() {
    let end = Instant::after_origin(Duration::MAX);
    assert_eq!(end.later(SECOND), end);
    assert_eq!(Instant::ORIGIN.later(Duration::MAX), end);
    assert!(end.since_origin() > Duration::from_secs(290 * 365 * 86_400));
}

#[tokio::test(start_paused = true)]
async fn the_systems_clock_is_tokios_which_a_test_pauses() {
    let before = SystemClock.now();
    TokioTimer.sleep(90 * SECOND).await;
    assert_eq!(SystemClock.now().since(before), 90 * SECOND);
    assert!(SystemClock.unix_ms() > 1_735_689_600_000, "after 2025-01-01");
}

#[tokio::test]
async fn a_wait_begins_when_it_is_asked_for_and_not_when_it_is_polled() {
    let clock = VirtualClock::new();
    let mut sleep = clock.sleep(SECOND);
    clock.advance(SECOND);
    assert_eq!(poll_once(&mut sleep).await, Poll::Ready(()));
    tokio::time::pause();
    let sleep = TokioTimer.sleep(SECOND);
    tokio::time::advance(SECOND).await;
    let before = SystemClock.now();
    sleep.await;
    // Tokio rounds up to its millisecond.
    assert!(SystemClock.now().since(before) <= Duration::from_millis(1));
}

#[tokio::test]
async fn without_a_clock_and_a_timer_time_stands_still() {
    assert_eq!((NoClock.now(), NoClock.unix_ms()), (Instant::ORIGIN, 0));
    assert!(poll_once(&mut NoTimer.sleep(Duration::ZERO)).await.is_pending());
    const { assert!(!NoTimer::WAITS && TokioTimer::WAITS && <&NoTimer>::WAITS == <Arc<NoTimer>>::WAITS) };
}

/// A generator of one number.
struct Only(u64);

impl Random for Only {
    fn next(&self) -> u64 {
        self.0
    }
}

#[test]
fn a_number_up_to_a_bound_reaches_both_ends_and_no_further() {
    for bound in [0, 1, 2, 999, u64::MAX - 1, u64::MAX] {
        assert_eq!(Only(0).up_to(bound), 0);
        assert_eq!(NoRandom.up_to(bound), bound);
    }
    let random = SeededRandom::new(3);
    let mut seen = [0_u32; 3];
    for _ in 0..3_000 {
        seen[random.up_to(2) as usize] += 1;
    }
    assert!(seen.iter().all(|times| (850..1_150).contains(times)), "{seen:?}");
}

/// Draws another way than by its bits.
struct Loaded;

impl Random for Loaded {
    fn next(&self) -> u64 {
        0
    }

    fn up_to(&self, bound: u64) -> u64 {
        bound.min(6)
    }
}

#[test]
fn chance_behind_a_pointer_draws_as_it_does_itself() {
    fn throw(random: impl Random) -> u64 {
        random.up_to(9)
    }

    assert_eq!((throw(&Loaded), throw(Arc::new(Loaded))), (6, 6));
}

#[tokio::test]
async fn everyone_who_waits_hears_of_a_cancellation() {
    let cancel = Cancel::new();
    let (mut first, mut second) = (cancel.cancelled(), cancel.cancelled());
    assert!(poll_once(&mut first).await.is_pending());
    assert!(poll_once(&mut second).await.is_pending());
    cancel.cancel();
    assert!(cancel.is_cancelled());
    first.await;
    second.await;
    cancel.cancelled().await;
}

#[tokio::test]
async fn one_who_stops_waiting_takes_nobody_elses_place() {
    let cancel = Arc::new(Cancel::new());
    let mut dropped = Box::pin(cancel.cancelled());
    assert!(poll_once(&mut dropped).await.is_pending());
    let waits = {
        let cancel = Arc::clone(&cancel);
        tokio::spawn(async move { cancel.cancelled().await })
    };
    tokio::task::yield_now().await;
    drop(dropped);
    let mut other = cancel.cancelled();
    assert!(poll_once(&mut other).await.is_pending());
    cancel.cancel();
    waits.await.unwrap();
    other.await;
}

/// The flag is set before the wakers are taken, and read under their lock: nobody waits for ever.
#[test]
fn no_cancellation_is_missed_between_two_threads() {
    let heard = AtomicU64::new(0);
    for _ in 0..2_000 {
        let cancel = Cancel::new();
        thread::scope(|scope| {
            scope.spawn(|| {
                let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
                runtime.block_on(cancel.cancelled());
                heard.fetch_add(1, SeqCst);
            });
            scope.spawn(|| cancel.cancel());
        });
    }
    assert_eq!(heard.load(SeqCst), 2_000);
}
