//! What every engine must do, as scenarios of CONFORMANCE.md's group L, run on each.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Waker};
use std::time::Duration;

use catga::store::writer::{Inline, Manual};
use catga::store::{Direction, Engine, ErrorKind, KeyedLocks, Span, Store, StoreError, Table, Transaction};
use catga::testing::VirtualClock;
use tokio::task::JoinSet;

use crate::engines::{self, Make, store};

const COUNTERS: Table<u64, u64> = Table::new("counters");
const NAMES: Table<String, u64> = Table::new("names");

/// A scenario: its number in CONFORMANCE.md and what it says.
pub struct Scenario {
    pub name: &'static str,
    pub run: fn(Make<'_>),
}

macro_rules! scenarios {
    ($($name:ident,)*) => { pub const SCENARIOS: &[Scenario] = &[$(Scenario { name: stringify!($name), run: $name },)*]; };
}

scenarios! {
    l1_members_of_a_group_conflict_and_none_is_lost,
    l1_members_that_do_not_conflict_all_commit,
    l1_blind_writes_of_a_group_apply_in_order,
    l2_write_skew,
    l3_phantom_in_a_range,
    l3_a_scan_with_a_limit_reads_no_more,
    l3_a_row_that_goes_is_a_phantom_too,
    l4_one_hot_key,
    l5_cancelled_before_and_after,
    l6_what_an_attempt_wrote_is_taken_back,
    l7_nested_is_refused,
    l9_too_old,
    l9_a_snapshot_is_taken_from_who_holds_it_too_long,
    a_snapshot_stands_still,
    a_read_of_nothing_conflicts_with_a_write,
    what_was_read_long_ago_is_still_checked,
    sequences_only_grow,
    a_transaction_is_all_or_nothing,
    own_writes_are_read,
    tables_do_not_mix,
    names_sort_as_names,
    what_is_too_large_is_refused,
    more_than_may_wait_is_refused,
    what_waits_is_committed_on_close,
    a_group_is_seen_whole,
}

pub fn block_on<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(future)
}

fn inline(make: Make<'_>) -> Store {
    store(make(), Store::<()>::options().writer(Inline))
}

fn manual(make: Make<'_>) -> (Store, Manual) {
    let writer = Manual::default();
    (store(make(), Store::<()>::options().writer(writer.clone())), writer)
}

pub fn kind<T>(outcome: Result<T, StoreError>) -> Option<ErrorKind> {
    outcome.err().map(|error| error.kind())
}

async fn value(store: &Store, key: u64) -> u64 {
    COUNTERS.get(&mut store.begin().unwrap(), &key).await.unwrap().unwrap_or_default()
}

async fn add(store: &Store, key: u64, by: u64) -> Transaction {
    let mut tx = store.begin().unwrap();
    let value = COUNTERS.get(&mut tx, &key).await.unwrap().unwrap_or_default();
    COUNTERS.put(&mut tx, &key, &(value + by)).unwrap();
    tx
}

async fn put(store: &Store, key: u64, value: u64) {
    let mut tx = store.begin().unwrap();
    COUNTERS.put(&mut tx, &key, &value).unwrap();
    tx.commit().await.unwrap();
}

pub fn poll<F: Future + Unpin>(future: &mut F) -> std::task::Poll<F::Output> {
    // Without tokio's budget: a test polls as often as it likes, and yields to nobody.
    pin!(tokio::task::unconstrained(future)).poll(&mut Context::from_waker(Waker::noop()))
}

fn l1_members_of_a_group_conflict_and_none_is_lost(make: Make<'_>) {
    let (store, writer) = manual(make);
    block_on(async {
        let (mut acknowledged, mut groups) = (0, 0);
        while acknowledged < 64 {
            let mut commits = Vec::new();
            for _ in 0..8 {
                commits.push(add(&store, 1, 1).await.commit());
            }
            commits.iter_mut().for_each(|commit| assert!(poll(commit).is_pending()));
            assert_eq!(writer.commit_one(), 8, "one group");
            let mut committed = 0;
            for commit in commits {
                match commit.await {
                    Ok(_) => committed += 1,
                    Err(error) => assert_eq!(error.kind(), ErrorKind::Conflict),
                }
            }
            assert_eq!(committed, 1, "all have read the same, and one was first");
            acknowledged += committed;
            groups += 1;
            assert_eq!(value(&store, 1).await, acknowledged);
        }
        assert_eq!(groups, 64);
    });
}

fn l1_members_that_do_not_conflict_all_commit(make: Make<'_>) {
    let (store, writer) = manual(make);
    block_on(async {
        let mut commits = Vec::new();
        for key in 0..30 {
            // Every third is one that conflicts with the one before.
            commits.push(add(&store, key - u64::from(key % 3 == 1), key + 1).await.commit());
        }
        commits.iter_mut().for_each(|commit| assert!(poll(commit).is_pending()));
        assert_eq!(writer.commit_one(), 30);
        for (key, commit) in (0..).zip(commits) {
            assert_eq!(commit.await.is_ok(), key % 3 != 1, "{key}");
        }
        for key in 0..30 {
            assert_eq!(value(&store, key).await, if key % 3 == 1 { 0 } else { key + 1 });
        }
    });
}

fn l1_blind_writes_of_a_group_apply_in_order(make: Make<'_>) {
    let (store, writer) = manual(make);
    block_on(async {
        let mut commits = Vec::new();
        for value in 0..10 {
            let mut tx = store.begin().unwrap();
            COUNTERS.put(&mut tx, &1, &value).unwrap();
            commits.push(tx.commit());
        }
        commits.iter_mut().for_each(|commit| assert!(poll(commit).is_pending()));
        writer.commit_one();
        let mut last = 0;
        for commit in commits {
            let sequence = commit.await.unwrap().sequence;
            assert!(sequence > last, "in the order in which they came");
            last = sequence;
        }
        assert_eq!(value(&store, 1).await, 9);
    });
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
    let store = store(make(), Store::<()>::options());
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
    let (store, other) = (inline(make), inline(&engines::memory));
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

fn sequences_only_grow(make: Make<'_>) {
    let store = inline(make);
    block_on(async {
        let mut last = 0;
        for key in 0..50 {
            let conflicting = add(&store, 7, 1).await;
            let sequence = add(&store, 7, 1).await.commit().await.unwrap().sequence;
            assert!(sequence > last);
            assert_eq!(kind(conflicting.commit().await), Some(ErrorKind::Conflict));
            let mut reads = store.begin().unwrap();
            COUNTERS.get(&mut reads, &key).await.unwrap();
            assert_eq!(reads.commit().await.unwrap().sequence, sequence, "reading changes nothing");
            assert_eq!(*store.head().borrow(), sequence);
            last = sequence;
        }
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

fn own_writes_are_read(make: Make<'_>) {
    let store = inline(make);
    block_on(async {
        for key in [1, 3, 5] {
            put(&store, key, key).await;
        }
        let mut tx = store.begin().unwrap();
        COUNTERS.put(&mut tx, &2, &2).unwrap();
        COUNTERS.put(&mut tx, &3, &33).unwrap();
        COUNTERS.delete(&mut tx, &5).unwrap();
        COUNTERS.put(&mut tx, &6, &6).unwrap();
        COUNTERS.delete(&mut tx, &6).unwrap();
        assert_eq!(COUNTERS.get(&mut tx, &3).await.unwrap(), Some(33));
        assert_eq!(COUNTERS.get(&mut tx, &5).await.unwrap(), None);
        let expected = [(1, 1), (2, 2), (3, 33)];
        assert_eq!(COUNTERS.range(&mut tx, ..).await.unwrap(), expected);
        let back = COUNTERS.scan(&mut tx, .., Direction::Backward, 2).await.unwrap();
        assert_eq!(back, [(3, 33), (2, 2)]);
        tx.commit().await.unwrap();
        assert_eq!(COUNTERS.range(&mut store.begin().unwrap(), ..).await.unwrap(), expected);
    });
}

fn tables_do_not_mix(make: Make<'_>) {
    const AB: Table<String, u64> = Table::new("ab");
    const A: Table<String, u64> = Table::new("a");
    let store = inline(make);
    block_on(async {
        let mut tx = store.begin().unwrap();
        A.put(&mut tx, "b\0x", &1).unwrap();
        AB.put(&mut tx, "x", &2).unwrap();
        tx.commit().await.unwrap();
        let mut tx = store.begin().unwrap();
        assert_eq!(A.range(&mut tx, ..).await.unwrap(), [("b\0x".to_owned(), 1)]);
        assert_eq!(AB.range(&mut tx, ..).await.unwrap(), [("x".to_owned(), 2)]);
        assert_eq!(COUNTERS.range(&mut tx, ..).await.unwrap(), []);
    });
}

fn names_sort_as_names(make: Make<'_>) {
    let store = inline(make);
    block_on(async {
        let mut names = ["", "\0", "\0\0", "\0\u{1}", "a", "a\0", "a\0b", "a\u{1}", "aa", "b", "ä", "\u{10ffff}"];
        let mut tx = store.begin().unwrap();
        for name in names.iter().rev() {
            NAMES.put(&mut tx, *name, &(name.len() as u64)).unwrap();
        }
        tx.commit().await.unwrap();
        names.sort_unstable();
        let mut tx = store.begin().unwrap();
        let found = NAMES.range(&mut tx, ..).await.unwrap();
        assert!(found.iter().map(|(name, _)| name.as_str()).eq(names));
        let some = NAMES.range(&mut tx, "a".to_owned()..="aa".to_owned()).await.unwrap();
        assert!(some.iter().map(|(name, _)| name.as_str()).eq(["a", "a\0", "a\0b", "a\u{1}", "aa"]));
    });
}

fn what_is_too_large_is_refused(make: Make<'_>) {
    const BLOBS: Table<Vec<u8>, Vec<u8>> = Table::new("blobs");
    let options = Store::<()>::options().writer(Inline).largest_record(10_000).largest_transaction(30_000);
    let store = store(make(), options);
    block_on(async {
        let mut tx = store.begin().unwrap();
        assert_eq!(kind(BLOBS.put(&mut tx, &vec![1], &vec![200; 6_000])), Some(ErrorKind::TooLarge));
        assert_eq!(kind(BLOBS.put(&mut tx, &vec![0; 70_000], &vec![])), Some(ErrorKind::TooLarge));
        for key in 0..6 {
            BLOBS.put(&mut tx, &vec![key], &vec![1; 4_500]).unwrap();
        }
        assert_eq!(kind(BLOBS.put(&mut tx, &vec![9], &vec![1; 4_500])), Some(ErrorKind::TooLarge));
        tx.commit().await.unwrap();
        assert_eq!(
            BLOBS.range(&mut store.begin().unwrap(), ..).await.unwrap().len(),
            6,
            "what was refused changed nothing"
        );
    });
}

fn more_than_may_wait_is_refused(make: Make<'_>) {
    let writer = Manual::default();
    let store = store(make(), Store::<()>::options().writer(writer.clone()).most_waiting(3));
    block_on(async {
        let mut commits = Vec::new();
        for key in 0..3 {
            let mut commit = add(&store, key, 1).await.commit();
            assert!(poll(&mut commit).is_pending());
            commits.push(commit);
        }
        assert_eq!(kind(store.begin()), Some(ErrorKind::Overloaded));
        assert_eq!(store.stats().overloaded, 1);
        writer.commit_one();
        store.begin().unwrap();
        for commit in commits {
            commit.await.unwrap();
        }
    });
}

fn what_waits_is_committed_on_close(make: Make<'_>) {
    let engine = make();
    let (store_, writer) = manual(&|| Arc::clone(&engine));
    block_on(async {
        let mut commit = add(&store_, 1, 1).await.commit();
        assert!(poll(&mut commit).is_pending());
        drop(commit);
        drop(store_);
        assert_eq!(writer.waiting(), 0);
        let store = store(engine, Store::<()>::options().writer(Inline));
        assert_eq!(value(&store, 1).await, 1);
    });
}

/// Also where a check fails in between.
struct StopsAtTheEnd<'a>(&'a std::sync::atomic::AtomicBool);

impl Drop for StopsAtTheEnd<'_> {
    fn drop(&mut self) {
        self.0.store(true, std::sync::atomic::Ordering::SeqCst);
    }
}

/// Looked at from another thread all the while, a group is there as a whole or not at all.
fn a_group_is_seen_whole(make: Make<'_>) {
    let engine = make();
    let (store, writer) = manual(&|| Arc::clone(&engine));
    let (stop, looks) = (std::sync::atomic::AtomicBool::new(false), std::sync::atomic::AtomicU32::new(0));
    use std::sync::atomic::Ordering::SeqCst;
    std::thread::scope(|scope| {
        let look = scope.spawn(|| {
            let mut torn = 0;
            while !stop.load(SeqCst) {
                let snapshot = engine.snapshot().unwrap();
                let rows = snapshot.scan(&Span::prefix(&[]), Direction::Forward, 100).unwrap();
                torn += u32::from(!matches!(rows.len(), 0 | 20));
                looks.fetch_add(1, SeqCst);
            }
            torn
        });
        let _stop = StopsAtTheEnd(&stop);
        block_on(async {
            for round in 0..40 {
                let mut commits = Vec::new();
                for key in 0..20 {
                    let mut tx = store.begin().unwrap();
                    if round % 2 == 0 {
                        COUNTERS.put(&mut tx, &key, &round).unwrap();
                    } else {
                        COUNTERS.delete(&mut tx, &key).unwrap();
                    }
                    commits.push(tx.commit());
                }
                commits.iter_mut().for_each(|commit| assert!(poll(commit).is_pending()));
                let before = looks.load(SeqCst);
                writer.commit_one();
                while looks.load(SeqCst) < before + 2 {
                    std::thread::yield_now();
                }
            }
        });
        stop.store(true, SeqCst);
        assert_eq!(look.join().unwrap(), 0, "groups seen in part");
    });
}

/// Runs all, and says how many there were.
fn all(make: Make<'_>) -> usize {
    SCENARIOS.iter().inspect(|scenario| println!("{}", scenario.name)).map(|scenario| (scenario.run)(make)).count()
}

#[test]
fn memory() {
    assert_eq!(all(&engines::memory), 25);
}

#[test]
fn durable() {
    assert_eq!(all(&engines::durable), 25);
}

#[test]
fn durable_in_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let count = std::cell::Cell::new(0);
    let make = || {
        count.set(count.get() + 1);
        let path = folder.path().join(format!("{}.store", count.get()));
        Arc::new(catga::store::Durable::open(path).unwrap()) as Arc<dyn Engine>
    };
    assert_eq!(all(&make), 25);
}
