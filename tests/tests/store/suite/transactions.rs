//! One transaction, from its snapshot to its end: whole or not at all, cancelled, nested, too old.

use std::time::Duration;

use catga::store::writer::Inline;
use catga::store::{ErrorKind, Store};
use catga::testing::VirtualClock;

use super::counters::{COUNTERS, NAMES, add, inline, manual, put, value};
use super::scenario::{block_on, kind, poll, scenarios};
use crate::engines::{Make, memory, store};

scenarios! {
    l5_cancelled_before_and_after,
    l6_what_an_attempt_wrote_is_taken_back,
    l7_nested_is_refused,
    l9_too_old,
    l9_a_snapshot_is_taken_from_who_holds_it_too_long,
    a_snapshot_stands_still,
    a_transaction_is_all_or_nothing,
}

fn l5_cancelled_before_and_after(make: Make<'_>) {
    let (store, writer) = manual(make);
    block_on(async {
        // Before it was polled, it was not handed over.
        let commit = add(&store, 1, 1).await.commit();
        assert!(!commit.handed_over());
        drop(commit);
        assert_eq!((writer.waiting(), writer.commit_one()), (0, 0));
        assert_eq!(value(&store, 1).await, 0);
        // After: it happens, once, and whoever dropped it could know that it does not know.
        let mut commit = add(&store, 1, 1).await.commit();
        assert!(poll(&mut commit).is_pending());
        assert!(commit.handed_over());
        drop(commit);
        assert_eq!(writer.commit_one(), 1);
        assert_eq!(value(&store, 1).await, 1);
        assert_eq!(writer.commit_one(), 0);
        assert_eq!(value(&store, 1).await, 1, "and not twice");
        // A transaction that is dropped has done nothing.
        drop(add(&store, 1, 1).await);
        assert_eq!(writer.commit_one(), 0);
        assert_eq!(value(&store, 1).await, 1);
    });
}

fn l6_what_an_attempt_wrote_is_taken_back(make: Make<'_>) {
    let store = inline(make);
    block_on(async {
        put(&store, 3, 3).await;
        let mut tx = store.begin().unwrap();
        COUNTERS.put(&mut tx, &1, &1).unwrap();
        let mark = tx.mark();
        // An attempt that fails.
        COUNTERS.put(&mut tx, &1, &100).unwrap();
        COUNTERS.put(&mut tx, &2, &100).unwrap();
        COUNTERS.delete(&mut tx, &3).unwrap();
        assert_eq!(COUNTERS.range(&mut tx, ..).await.unwrap(), [(1, 100), (2, 100)]);
        tx.truncate(mark);
        assert_eq!(COUNTERS.get(&mut tx, &1).await.unwrap(), Some(1));
        assert_eq!(COUNTERS.range(&mut tx, ..).await.unwrap(), [(1, 1), (3, 3)]);
        // One that succeeds.
        COUNTERS.put(&mut tx, &4, &4).unwrap();
        tx.commit().await.unwrap();
        assert_eq!(COUNTERS.range(&mut store.begin().unwrap(), ..).await.unwrap(), [(1, 1), (3, 3), (4, 4)]);
    });
}

fn l7_nested_is_refused(make: Make<'_>) {
    let (store, other) = (inline(make), inline(&memory));
    let tx = store.begin_inside(&[other.id()]).unwrap();
    assert_eq!(tx.store(), store.id());
    assert_eq!(kind(store.begin_inside(&[other.id(), tx.store()])), Some(ErrorKind::Nested));
    assert_eq!(kind(store.clone().begin_inside(&[tx.store()])), Some(ErrorKind::Nested), "a clone is the same store");
}

fn l9_too_old(make: Make<'_>) {
    let clock = VirtualClock::new();
    let store = store(make(), Store::<()>::options().writer(Inline).clock(clock.clone()));
    block_on(async {
        let mut tx = add(&store, 1, 1).await;
        clock.advance(Duration::from_secs(5));
        assert_eq!(COUNTERS.get(&mut tx, &2).await.unwrap(), None, "5 s is not too old");
        clock.advance(Duration::from_millis(1));
        assert_eq!(kind(COUNTERS.get(&mut tx, &2).await), Some(ErrorKind::Expired));
        assert_eq!(kind(COUNTERS.put(&mut tx, &2, &2)), Some(ErrorKind::Expired));
        assert_eq!(kind(tx.commit().await), Some(ErrorKind::Expired));
        assert_eq!(value(&store, 1).await, 0);
    });
}

fn l9_a_snapshot_is_taken_from_who_holds_it_too_long(make: Make<'_>) {
    let clock = VirtualClock::new();
    let store = store(make(), Store::<()>::options().writer(Inline).clock(clock.clone()));
    block_on(async {
        let (held, dropped) = (store.begin().unwrap(), store.begin().unwrap());
        drop(dropped);
        clock.advance(Duration::from_secs(6));
        put(&store, 1, 1).await;
        assert_eq!(store.stats().expired, 1, "whose holder did nothing at all");
        drop(held);
    });
}

fn a_snapshot_stands_still(make: Make<'_>) {
    let store = inline(make);
    block_on(async {
        for key in 0..600 {
            put(&store, key, 1).await;
        }
        let mut reader = store.begin().unwrap();
        for key in (0..600).step_by(2) {
            let mut tx = store.begin().unwrap();
            COUNTERS.put(&mut tx, &key, &2).unwrap();
            COUNTERS.delete(&mut tx, &(key + 1)).unwrap();
            COUNTERS.put(&mut tx, &(key + 10_000), &2).unwrap();
            tx.commit().await.unwrap();
        }
        let rows = COUNTERS.range(&mut reader, ..).await.unwrap();
        assert!(rows.into_iter().eq((0..600).map(|key| (key, 1))));
        assert_eq!(COUNTERS.get(&mut reader, &1).await.unwrap(), Some(1));
        assert_eq!(COUNTERS.get(&mut reader, &10_000).await.unwrap(), None);
        reader.commit().await.unwrap();
        assert_eq!(COUNTERS.range(&mut store.begin().unwrap(), ..).await.unwrap().len(), 600);
    });
}

fn a_transaction_is_all_or_nothing(make: Make<'_>) {
    let store = inline(make);
    block_on(async {
        let mut loses = store.begin().unwrap();
        COUNTERS.get(&mut loses, &1).await.unwrap();
        for key in 0..20 {
            COUNTERS.put(&mut loses, &key, &1).unwrap();
            NAMES.put(&mut loses, format!("{key}").as_str(), &1).unwrap();
        }
        put(&store, 1, 5).await;
        assert_eq!(kind(loses.commit().await), Some(ErrorKind::Conflict));
        let mut tx = store.begin().unwrap();
        assert_eq!(COUNTERS.range(&mut tx, ..).await.unwrap(), [(1, 5)]);
        assert_eq!(NAMES.range(&mut tx, ..).await.unwrap(), []);
        for key in 0..20 {
            COUNTERS.put(&mut tx, &key, &1).unwrap();
        }
        tx.commit().await.unwrap();
        assert_eq!(COUNTERS.range(&mut store.begin().unwrap(), ..).await.unwrap().len(), 20);
    });
}
