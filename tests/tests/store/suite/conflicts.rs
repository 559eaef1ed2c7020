//! Transactions that do not go together: of two, one commits.

use catga::store::{Direction, ErrorKind, KeyedLocks};
use tokio::task::JoinSet;

use super::counters::{COUNTERS, add, inline, put, value};
use super::scenario::{block_on, kind, scenarios};
use crate::engines::{Make, options, store};

scenarios! {
    l2_write_skew,
    l3_phantom_in_a_range,
    l3_a_scan_with_a_limit_reads_no_more,
    l3_a_row_that_goes_is_a_phantom_too,
    l4_one_hot_key,
    each_row_that_was_read_is_checked,
    a_read_of_nothing_conflicts_with_a_write,
    what_was_read_long_ago_is_still_checked,
}

fn l2_write_skew(make: Make<'_>) {
    let store = inline(make);
    block_on(async {
        let mut overdrawn = 0;
        for pair in 0..300 {
            let (left, right) = (pair * 2, pair * 2 + 1);
            put(&store, left, 60).await;
            put(&store, right, 60).await;
            let (mut one, mut other) = (store.begin().unwrap(), store.begin().unwrap());
            for (tx, from) in [(&mut one, left), (&mut other, right)] {
                let sum =
                    COUNTERS.get(tx, &left).await.unwrap().unwrap() + COUNTERS.get(tx, &right).await.unwrap().unwrap();
                assert!(sum >= 100);
                let rest = COUNTERS.get(tx, &from).await.unwrap().unwrap().wrapping_sub(100);
                COUNTERS.put(tx, &from, &rest).unwrap();
            }
            let (one, other) = (one.commit().await, other.commit().await);
            assert!(one.is_ok(), "the first is never in anybody's way");
            overdrawn += u32::from(other.is_ok());
        }
        assert_eq!(overdrawn, 0);
    });
}

fn l3_phantom_in_a_range(make: Make<'_>) {
    let store = inline(make);
    block_on(async {
        let mut transactions = Vec::new();
        for key in [10, 20] {
            let mut tx = store.begin().unwrap();
            assert_eq!(COUNTERS.range(&mut tx, 1..100).await.unwrap(), []);
            COUNTERS.put(&mut tx, &key, &1).unwrap();
            transactions.push(tx);
        }
        // Beside the range: no conflict.
        let mut beside = store.begin().unwrap();
        assert_eq!(COUNTERS.range(&mut beside, 21..100).await.unwrap(), []);
        COUNTERS.put(&mut beside, &1, &1).unwrap();
        let second = transactions.pop().unwrap();
        let first = transactions.pop().unwrap();
        first.commit().await.unwrap();
        assert_eq!(kind(second.commit().await), Some(ErrorKind::Conflict));
        beside.commit().await.unwrap();
    });
}

fn l3_a_scan_with_a_limit_reads_no_more(make: Make<'_>) {
    let store = inline(make);
    block_on(async {
        for key in [10, 20, 30, 40] {
            put(&store, key, key).await;
        }
        for (direction, seen, inside, outside) in
            [(Direction::Forward, [10, 20], 15, 25), (Direction::Backward, [40, 30], 35, 25)]
        {
            for (other, conflicts) in [(inside, true), (outside, false)] {
                let mut tx = store.begin().unwrap();
                let rows = COUNTERS.scan(&mut tx, .., direction, 2).await.unwrap();
                assert_eq!(rows.iter().map(|(key, _)| *key).collect::<Vec<_>>(), seen);
                COUNTERS.put(&mut tx, &99_999, &1).unwrap();
                put(&store, other, 1).await;
                assert_eq!(kind(tx.commit().await), conflicts.then_some(ErrorKind::Conflict), "{direction:?} {other}");
                let mut tx = store.begin().unwrap();
                COUNTERS.delete(&mut tx, &other).unwrap();
                COUNTERS.delete(&mut tx, &99_999).unwrap();
                tx.commit().await.unwrap();
            }
        }
    });
}

fn l3_a_row_that_goes_is_a_phantom_too(make: Make<'_>) {
    let store = inline(make);
    block_on(async {
        put(&store, 5, 5).await;
        let mut counts = store.begin().unwrap();
        assert_eq!(COUNTERS.range(&mut counts, ..).await.unwrap(), [(5, 5)]);
        COUNTERS.put(&mut counts, &100, &1).unwrap();
        let mut removes = store.begin().unwrap();
        COUNTERS.delete(&mut removes, &5).unwrap();
        removes.commit().await.unwrap();
        assert_eq!(kind(counts.commit().await), Some(ErrorKind::Conflict));
    });
}

fn l4_one_hot_key(make: Make<'_>) {
    // Callers that wait for each other: each is one at a time, and none gives up.
    let store = store(make(), options());
    let locks = KeyedLocks::default();
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap().block_on(async {
        let mut callers = JoinSet::new();
        for _ in 0..64 {
            let (store, locks) = (store.clone(), locks.clone());
            callers.spawn(async move {
                for _ in 0..5 {
                    let key = locks.lock(b"1").await.unwrap();
                    add(&store, 1, 1).await.commit().await.unwrap();
                    drop(key);
                }
            });
        }
        callers.join_all().await;
        assert_eq!(value(&store, 1).await, 320);
        assert_eq!((store.stats().conflicts, locks.len()), (0, 0));
    });
}

fn each_row_that_was_read_is_checked(make: Make<'_>) {
    let store = inline(make);
    block_on(async {
        for changed in 0..4 {
            let mut tx = store.begin().unwrap();
            for key in 0..4 {
                COUNTERS.get(&mut tx, &key).await.unwrap();
            }
            COUNTERS.put(&mut tx, &9, &1).unwrap();
            put(&store, changed, 1).await;
            assert_eq!(kind(tx.commit().await), Some(ErrorKind::Conflict), "row {changed}");
        }
        assert_eq!(value(&store, 9).await, 0);
    });
}

fn a_read_of_nothing_conflicts_with_a_write(make: Make<'_>) {
    let store = inline(make);
    block_on(async {
        let (one, other) = (add(&store, 1, 1).await, add(&store, 1, 1).await);
        one.commit().await.unwrap();
        assert_eq!(kind(other.commit().await), Some(ErrorKind::Conflict));
        assert_eq!(value(&store, 1).await, 1);
    });
}

fn what_was_read_long_ago_is_still_checked(make: Make<'_>) {
    let store = inline(make);
    block_on(async {
        let slow = add(&store, 1, 1).await;
        put(&store, 1, 10).await;
        // So much later that a short memory has forgotten.
        for key in 100..400 {
            put(&store, key, 1).await;
        }
        assert_eq!(kind(slow.commit().await), Some(ErrorKind::Conflict));
        let harmless = add(&store, 2, 1).await;
        for key in 100..400 {
            put(&store, key, 1).await;
        }
        harmless.commit().await.unwrap();
        assert_eq!((value(&store, 1).await, value(&store, 2).await), (10, 1));
    });
}
