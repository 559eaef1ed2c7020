//! Any layout: ids strictly grow, and come apart into what they were made of.

use catga::id::{IdError, Layout, Snowflake};
use proptest::prelude::*;

use crate::clock::SetClock;

struct Of<const TIME: u32, const WORKER: u32, const SEQUENCE: u32>;

impl<const TIME: u32, const WORKER: u32, const SEQUENCE: u32> Layout for Of<TIME, WORKER, SEQUENCE> {
    const TIME_BITS: u32 = TIME;
    const WORKER_BITS: u32 = WORKER;
    const SEQUENCE_BITS: u32 = SEQUENCE;
    const EPOCH_MS: u64 = 1_600_000_000_000;
}

/// Ids at these times, of this worker: those that are given strictly grow and say what they are, and a
/// time that the layout cannot hold gives none.
fn holds<L: Layout>(worker: u64, times: &[u64]) -> Result<(), TestCaseError> {
    let worker = worker & ((1 << L::WORKER_BITS) - 1);
    let ids = Snowflake::<L>::with_layout(worker).unwrap();
    let clock = SetClock::at(0);
    let mut last = None;
    for &time in times {
        clock.set(L::EPOCH_MS + time);
        match ids.next_id(&clock) {
            Ok(id) => {
                prop_assert!(last < Some(id), "{last:?} then {id:?}");
                prop_assert!(id.get() <= i64::MAX as u64);
                prop_assert_eq!(time >> L::TIME_BITS, 0, "an id for a time beyond the layout");
                let parts = id.parts::<L>();
                prop_assert_eq!(parts.worker, worker);
                prop_assert!(parts.unix_ms >= L::EPOCH_MS + time, "never of an earlier time than the clock's");
                prop_assert!(parts.unix_ms <= L::EPOCH_MS + time + 1_000, "at most a second ahead");
                last = Some(id);
            }
            Err(IdError::OutOfRange) => prop_assert!((time + 1_001) >> L::TIME_BITS != 0),
            Err(IdError::ClockBehind { .. }) => prop_assert!(last.is_some(), "the first id is behind nothing"),
            Err(error) => prop_assert!(false, "{error}"),
        }
    }
    Ok(())
}

/// Times near each other and far apart, as far as no layout reaches.
fn times() -> impl Strategy<Value = Vec<u64>> {
    let time = prop_oneof![0..5_000_u64, 0..1_u64 << 22, 0..1_u64 << 41, 0..1_u64 << 55];
    proptest::collection::vec(time, 1..200)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn classic(worker: u64, times in times()) {
        holds::<Of<41, 10, 12>>(worker, &times)?;
    }

    #[test]
    fn one_worker(worker: u64, times in times()) {
        holds::<Of<42, 0, 21>>(worker, &times)?;
    }

    #[test]
    fn many_workers(worker: u64, times in times()) {
        holds::<Of<40, 22, 1>>(worker, &times)?;
    }

    #[test]
    fn a_long_sequence(worker: u64, times in times()) {
        holds::<Of<21, 0, 42>>(worker, &times)?;
    }

    #[test]
    fn narrow(worker: u64, times in times()) {
        holds::<Of<13, 4, 3>>(worker, &times)?;
    }
}
