use std::collections::HashSet;
use std::thread;

use catga::id::{Classic, IdError, Layout, Parts, Snowflake};
use catga::time::SystemClock;

use crate::clock::SetClock;

const NOW: u64 = Classic::EPOCH_MS + 86_400_000;

/// Four ids a millisecond, so that a burst soon runs ahead of the clock.
#[derive(Debug)]
struct Narrow;

impl Layout for Narrow {
    const TIME_BITS: u32 = 16;
    const WORKER_BITS: u32 = 3;
    const SEQUENCE_BITS: u32 = 2;
    const EPOCH_MS: u64 = 1_000;
}

#[test]
fn an_id_tells_when_and_where_it_was_made() {
    let ids = Snowflake::new(1023).unwrap();
    let clock = SetClock::at(NOW);
    let parts = |sequence| Parts { unix_ms: NOW, worker: 1023, sequence };
    assert_eq!(ids.next_id(&clock).unwrap().parts::<Classic>(), parts(0));
    assert_eq!(ids.next_id(&clock).unwrap().parts::<Classic>(), parts(1));
    clock.set(NOW + 1);
    let next = ids.next_id(&clock).unwrap().parts::<Classic>();
    assert_eq!(next, Parts { unix_ms: NOW + 1, worker: 1023, sequence: 0 });
}

#[test]
fn a_layout_and_an_epoch_of_its_own() {
    let ids = Snowflake::<Narrow>::with_layout(5).unwrap();
    let id = ids.next_id(&SetClock::at(1_007)).unwrap();
    assert_eq!(id.get(), 7 << 5 | 5 << 2);
    assert_eq!(id.parts::<Narrow>(), Parts { unix_ms: 1_007, worker: 5, sequence: 0 });
}

#[test]
fn a_worker_that_does_not_fit_is_an_error() {
    assert!(Snowflake::new(1023).is_ok());
    assert_eq!(Snowflake::new(1024).unwrap_err(), IdError::Worker { largest: 1023 });
    assert_eq!(Snowflake::<Narrow>::with_layout(8).unwrap_err(), IdError::Worker { largest: 7 });
}

#[test]
fn ids_grow_over_threads_and_none_is_given_twice() {
    const THREADS: usize = 8;
    const EACH: usize = 100_000;
    let ids = Snowflake::new(1).unwrap();
    let made: Vec<Vec<u64>> = thread::scope(|scope| {
        let make = || {
            let mut made = Vec::with_capacity(EACH);
            while made.len() < EACH {
                match ids.next_id(&SystemClock) {
                    Ok(id) => made.push(id.get()),
                    // More than a second's worth: the clock has to come after.
                    Err(IdError::ClockBehind { .. }) => thread::yield_now(),
                    Err(error) => panic!("{error}"),
                }
            }
            made
        };
        let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(make)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    for thread in &made {
        assert!(thread.is_sorted_by(|a, b| a < b), "the ids of one thread strictly grow");
    }
    let all: HashSet<u64> = made.iter().flatten().copied().collect();
    assert_eq!(all.len(), THREADS * EACH);
}

#[test]
fn a_burst_runs_on_into_the_next_millisecond() {
    let ids = Snowflake::<Narrow>::with_layout(0).unwrap();
    let clock = SetClock::at(1_100);
    let burst: Vec<_> = (0..6).map(|_| ids.next_id(&clock).unwrap().parts::<Narrow>()).collect();
    assert_eq!((burst[3].unix_ms, burst[3].sequence), (1_100, 3));
    assert_eq!((burst[4].unix_ms, burst[4].sequence), (1_101, 0));
    assert_eq!((burst[5].unix_ms, burst[5].sequence), (1_101, 1));
}

#[test]
fn a_burst_of_more_than_a_second_is_an_error_until_the_clock_has_come_after() {
    let ids = Snowflake::<Narrow>::with_layout(0).unwrap();
    let clock = SetClock::at(1_100);
    let taken = (0..10_000).take_while(|_| ids.next_id(&clock).is_ok()).count();
    assert_eq!(taken, 4 * 1_001, "the clock's millisecond and a second ahead of it");
    assert!(matches!(ids.next_id(&clock), Err(IdError::ClockBehind { .. })));
    clock.set(1_101);
    assert!(ids.next_id(&clock).is_ok());
}

#[test]
fn a_clock_that_goes_back_a_little_is_absorbed() {
    let ids = Snowflake::new(0).unwrap();
    let clock = SetClock::at(NOW);
    let before = ids.next_id(&clock).unwrap();
    clock.set(NOW - 1_000);
    let after = ids.next_id(&clock).unwrap();
    assert!(before < after);
    assert_eq!(after.parts::<Classic>().unix_ms, NOW, "the time of the last id stays");
    clock.set(NOW + 5);
    assert_eq!(ids.next_id(&clock).unwrap().parts::<Classic>().unix_ms, NOW + 5);
}

#[test]
fn a_clock_that_goes_back_far_is_an_error_and_takes_nothing() {
    let ids = Snowflake::new(0).unwrap();
    let clock = SetClock::at(NOW);
    let before = ids.next_id(&clock).unwrap();
    clock.set(NOW - 1_001);
    assert_eq!(ids.next_id(&clock).unwrap_err(), IdError::ClockBehind { by_ms: 1_001 });
    clock.set(NOW);
    assert_eq!(ids.next_id(&clock).unwrap().get(), before.get() + 1);
}

#[test]
fn a_clock_outside_of_the_layouts_time_is_an_error() {
    let ids = Snowflake::<Narrow>::with_layout(0).unwrap();
    assert_eq!(ids.next_id(&SetClock::at(999)).unwrap_err(), IdError::OutOfRange);
    assert!(ids.next_id(&SetClock::at(1_000 + (1 << 16) - 1)).is_ok());
    let ids = Snowflake::<Narrow>::with_layout(0).unwrap();
    assert_eq!(ids.next_id(&SetClock::at(1_000 + (1 << 16))).unwrap_err(), IdError::OutOfRange);
}

/// The time is shifted before it is looked at, so one of many bits too many must not come out small.
#[test]
fn a_clock_far_beyond_the_layouts_time_is_an_error_too() {
    for bits in [16, 41, 52, 61] {
        let ids = Snowflake::new(0).unwrap();
        let clock = SetClock::at(Classic::EPOCH_MS + (1 << bits));
        assert_eq!(ids.next_id(&clock).is_ok(), bits < Classic::TIME_BITS, "2^{bits} ms after the epoch");
    }
    assert_eq!(Snowflake::new(0).unwrap().next_id(&SetClock::at(u64::MAX)).unwrap_err(), IdError::OutOfRange);
}

#[test]
fn a_batch_is_one_piece() {
    let ids = Snowflake::<Narrow>::with_layout(2).unwrap();
    let clock = SetClock::at(1_100);
    let first = ids.next_id(&clock).unwrap();
    let batch = ids.batch(&clock, 9).unwrap();
    let after = ids.next_id(&clock).unwrap();
    assert_eq!(batch.len(), 9);
    let batch: Vec<_> = batch.collect();
    assert_eq!(batch.len(), 9);
    let in_order = [&[first][..], &batch, &[after]].concat();
    assert!(in_order.is_sorted_by(|a, b| a < b), "{in_order:?}");
    assert!(in_order.iter().all(|id| id.parts::<Narrow>().worker == 2));
}

#[test]
fn a_batch_that_is_too_large_takes_nothing() {
    let ids = Snowflake::<Narrow>::with_layout(0).unwrap();
    let clock = SetClock::at(1_100);
    let first = ids.next_id(&clock).unwrap();
    assert!(matches!(ids.batch(&clock, 5_000), Err(IdError::ClockBehind { .. })));
    assert_eq!(ids.next_id(&clock).unwrap().get(), first.get() + 1);
}

#[test]
fn a_batch_of_none_is_empty_at_the_epoch_too() {
    let ids = Snowflake::new(0).unwrap();
    assert_eq!(ids.batch(&SetClock::at(NOW), 0).unwrap().count(), 0);
    let ids = Snowflake::new(0).unwrap();
    assert_eq!(ids.batch(&SetClock::at(Classic::EPOCH_MS), 0).unwrap().count(), 0);
}
