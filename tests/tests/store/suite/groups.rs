//! Commits that come together: groups, their order, and how many may wait.

use std::sync::Arc;

use catga::store::writer::{Inline, Manual};
use catga::store::{Direction, ErrorKind, Span};

use super::counters::{COUNTERS, add, inline, manual, value};
use super::scenario::{block_on, kind, poll, scenarios};
use crate::engines::{Make, options, store};

scenarios! {
    l1_members_of_a_group_conflict_and_none_is_lost,
    l1_members_that_do_not_conflict_all_commit,
    l1_blind_writes_of_a_group_apply_in_order,
    sequences_only_grow,
    more_than_may_wait_is_refused,
    a_group_has_no_more_than_may_share_a_sync,
    a_group_of_none_is_of_one,
    what_waits_is_committed_on_close,
    a_group_is_seen_whole,
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

fn more_than_may_wait_is_refused(make: Make<'_>) {
    let writer = Manual::default();
    let store = store(make(), options().writer(writer.clone()).most_waiting(3));
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

/// How many members the groups have in which seven commits that wait are done.
fn groups_of_seven(make: Make<'_>, largest: usize) -> Vec<usize> {
    let writer = Manual::default();
    let store = store(make(), options().writer(writer.clone()).largest_group(largest));
    block_on(async {
        let mut commits = Vec::new();
        for key in 0..7 {
            commits.push(add(&store, key, 1).await.commit());
        }
        commits.iter_mut().for_each(|commit| assert!(poll(commit).is_pending()));
        let groups = std::iter::from_fn(|| Some(writer.commit_one()).filter(|members| *members > 0)).collect();
        for commit in commits {
            commit.await.unwrap();
        }
        groups
    })
}

fn a_group_has_no_more_than_may_share_a_sync(make: Make<'_>) {
    assert_eq!(groups_of_seven(make, 3), [3, 3, 1]);
}

fn a_group_of_none_is_of_one(make: Make<'_>) {
    assert_eq!(groups_of_seven(make, 0), [1; 7]);
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
        let store = store(engine, options().writer(Inline));
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
