//! Errors of the disk at every operation: each caller learns what became of its commit, and the store goes on.

use std::io::ErrorKind as Io;

use catga::store::writer::Inline;
use catga::store::{Durable, ErrorKind, Store, Table};
use catga::testing::SeededRandom;
use catga_tests::evidence;

use crate::disk::{Faults, SimDisk};
use crate::engines::{on, options};
use crate::history::{Known, open, read, work};
use crate::suite::{block_on, poll};

const COMMITS: u64 = 12;

/// How many operations the commits of the test below take with one seed where nothing fails: as many are made to fail.
fn operations() -> u64 {
    let chance = SeededRandom::new(0);
    let disk = SimDisk::new();
    let (store, writer) = open(on(&disk));
    let mut known = Known::default();
    work(&store, &writer, &chance, 3, &mut known);
    let before = disk.ops();
    work(&store, &writer, &chance, COMMITS, &mut known);
    disk.ops() - before
}

/// L11. The operation with this index fails once. What callers are told is true: then, after the end of the
/// process, and after a power loss.
#[test]
fn l11_each_operation_fails_once() {
    let (mut hit, mut failed, mut acknowledged) = (0, 0, 0);
    let operations = operations();
    for (kind, at) in [Io::Other, Io::StorageFull].iter().flat_map(|kind| (0..operations).map(move |at| (*kind, at))) {
        let chance = SeededRandom::new(at);
        let disk = SimDisk::new();
        let (store, writer) = open(on(&disk));
        let mut known = Known::default();
        work(&store, &writer, &chance, 3, &mut known);
        let fails_at = disk.ops() + at;
        disk.set(Faults { fail_at: Some((fails_at..fails_at + 1, kind)), ..Faults::default() });
        let mut since = 0;
        // With this seed the operation may come later than with the first.
        for commit in 0.. {
            if commit >= COMMITS && disk.ops() > fails_at {
                break;
            }
            work(&store, &writer, &chance, 1, &mut known);
            since += u64::from(disk.ops() > fails_at);
            if (1..=2).contains(&since) {
                // The power goes right after it: what a failed sync has dropped was written once more.
                let (store, _writer) = open(Durable::options().open_on(disk.after_power_loss(&chance)).unwrap());
                assert_eq!(read(&store).unwrap(), known.rows, "{kind:?} at {at}, power loss");
            }
        }
        assert!(disk.has_failed(), "{kind:?} at {at}");
        hit += 1;
        assert_eq!(known.unknown, 0, "the file was there to be asked: {kind:?} at {at}");
        failed += known.failed;
        acknowledged += known.acknowledged;
        assert_eq!(read(&store).unwrap(), known.rows, "{kind:?} at {at}");
        let killed = disk.after_kill();
        drop(store);
        disk.set(Faults::default());
        for (disk, what) in [(killed, "kill"), (disk, "close")] {
            let (store, _writer) = open(Durable::options().open_on(disk).unwrap());
            assert_eq!(read(&store).unwrap(), known.rows, "{kind:?} at {at}, {what}");
        }
    }
    assert!(failed > 100, "{failed} members were told that nothing happened");
    assert!(acknowledged > 2 * operations * 20, "{acknowledged}");
    assert_eq!(hit, 2 * operations);
    evidence("operations of the disk that failed with EIO, and with ENOSPC", hit / 2);
    evidence("failed operations: commits acknowledged, each there afterwards", acknowledged);
}

/// From an operation on there is no space. Nothing that was acknowledged is lost, and when there is space
/// again the store goes on by itself.
#[test]
fn the_disk_is_full() {
    let mut full = 0;
    for at in 0..60 {
        let chance = SeededRandom::new(at);
        let disk = SimDisk::new();
        let (store, writer) = open(on(&disk));
        let mut known = Known::default();
        disk.set(Faults { full_at: Some(disk.ops() + at), ..Faults::default() });
        work(&store, &writer, &chance, 240, &mut known);
        full += u64::from(known.failed > 0);
        assert_eq!(known.unknown, 0);
        assert_eq!(read(&store).unwrap(), known.rows, "{at}");
        disk.set(Faults::default());
        let (before, failed) = (known.acknowledged, known.failed);
        work(&store, &writer, &chance, 5, &mut known);
        assert!(known.acknowledged > before && known.failed == failed, "{at}");
        drop(store);
        let (store, _writer) = open(Durable::options().open_on(disk).unwrap());
        assert_eq!(read(&store).unwrap(), known.rows, "{at}");
    }
    assert!(full >= 20, "it was full in {full} of 60 runs");
}

/// A full disk has a kind of its own.
#[test]
fn full_is_told_as_full() {
    let disk = SimDisk::new();
    let (store, writer) = open(on(&disk));
    disk.set(Faults { full_at: Some(0), ..Faults::default() });
    let mut kinds = Vec::new();
    block_on(async {
        for key in 0..40 {
            let mut tx = store.begin().unwrap();
            crate::history::ROWS.put(&mut tx, &key, &vec![7; 100_000]).unwrap();
            let mut commit = tx.commit();
            assert!(poll(&mut commit).is_pending());
            writer.commit_one();
            kinds.extend(commit.await.err().map(|error| error.kind()));
        }
    });
    assert!(kinds.len() > 10 && kinds.iter().all(|kind| *kind == ErrorKind::Full), "{kinds:?}");
}

/// The disk is gone for good: callers are told `Unknown` once, then that it failed, and nothing hangs.
#[test]
fn the_disk_is_gone() {
    let mut unknown = 0;
    for at in 0..40 {
        let chance = SeededRandom::new(at);
        let disk = SimDisk::new();
        let (store, writer) = open(on(&disk));
        let mut known = Known::default();
        work(&store, &writer, &chance, 2, &mut known);
        disk.set(Faults { off_at: Some(disk.ops() + at), ..Faults::default() });
        work(&store, &writer, &chance, 40, &mut known);
        unknown += u64::from(known.unknown > 0);
        assert_eq!(store.begin().map(drop).unwrap_err().kind(), ErrorKind::Io);
        drop(store);
    }
    assert!(unknown > 10, "{unknown} of 40");
}

const COUNTS: Table<u64, u64> = Table::new("counts");
const LOG: Table<u64, u64> = Table::new("log");

/// A commit whose answer is `Unknown` may be in the file. Whoever has read before it is not let through, though
/// the store that is opened anew remembers no keys.
#[test]
fn an_unknown_commit_is_not_overlooked() {
    let (mut unknown, mut there) = (0, 0);
    for (at, length) in (0..14).flat_map(|at| (2..6).map(move |length| (at, length))) {
        let disk = SimDisk::new();
        let (store, writer) = open(on(&disk));
        let outcome = block_on(async {
            let mut transactions = Vec::new();
            for number in 0..2 {
                let mut tx = store.begin().unwrap();
                let count = COUNTS.get(&mut tx, &1).await.unwrap().unwrap_or_default();
                COUNTS.put(&mut tx, &1, &(count + 1)).unwrap();
                LOG.put(&mut tx, &number, &number).unwrap();
                transactions.push(tx);
            }
            let from = disk.ops() + at;
            disk.set(Faults { fail_at: Some((from..from + length, Io::Other)), ..Faults::default() });
            let mut second = transactions.pop().unwrap().commit();
            let mut first = transactions.pop().unwrap().commit();
            assert!(poll(&mut first).is_pending());
            writer.commit_one();
            disk.set(Faults::default());
            assert!(poll(&mut second).is_pending());
            writer.commit_one();
            let _ = second.await;
            first.await.map_err(|error| error.kind())
        });
        drop(store);
        let store: Store = Store::with(on(&disk), options().writer(Inline)).unwrap();
        block_on(async {
            let mut tx = store.begin().unwrap();
            let count = COUNTS.get(&mut tx, &1).await.unwrap().unwrap_or_default();
            let log = LOG.range(&mut tx, ..).await.unwrap();
            assert_eq!(count, log.len() as u64, "an increment was lost: {at} {length} {log:?}");
            if outcome == Err(ErrorKind::Unknown) {
                unknown += 1;
                there += u32::from(log.contains(&(0, 0)));
            }
        });
    }
    assert!(unknown > 3 && there > 0, "{unknown} of which {there} were there");
}

/// What was begun before a failure sees the state from then, or an error, and never what came later.
#[test]
fn a_snapshot_from_before_a_failure_sees_nothing_of_later() {
    let mut refused = 0;
    for at in 0..12 {
        let disk = SimDisk::new();
        let engine = Durable::options().cache(0).verify(false).open_on(disk.clone()).unwrap();
        let store: Store = Store::with(engine, options().writer(Inline)).unwrap();
        block_on(async {
            let fill = async |value| {
                let mut tx = store.begin().ok()?;
                (0..2_000).for_each(|key| COUNTS.put(&mut tx, &key, &value).unwrap());
                tx.commit().await.ok()
            };
            fill(1).await.unwrap();
            let mut before = store.begin().unwrap();
            let fails_at = disk.ops() + at;
            disk.set(Faults { fail_at: Some((fails_at..fails_at + 1, Io::Other)), ..Faults::default() });
            let mut value = 2;
            while disk.ops() <= fails_at + 60 {
                let _ = fill(value).await;
                value += 1;
            }
            match COUNTS.range(&mut before, ..).await {
                Ok(rows) => assert!(rows.iter().all(|(_, value)| *value == 1), "at {at}"),
                Err(error) => {
                    assert_eq!(error.kind(), ErrorKind::Io, "at {at}: {error:?}");
                    refused += 1;
                }
            }
        });
    }
    assert!(refused > 4, "{refused}");
}

/// The disk is full at each operation that makes the file: that is said, and no part of a file stays behind.
#[test]
fn what_could_not_be_made_leaves_no_part() {
    let mut refused = 0;
    for at in 0.. {
        let disk = SimDisk::new();
        disk.set(Faults { fail_at: Some((at..at + 1, Io::StorageFull)), ..Faults::default() });
        let opened = Durable::options().open_on(disk.clone());
        if !disk.has_failed() {
            break;
        }
        assert!(!disk.has_part(), "{at}");
        if let Err(error) = opened {
            assert_eq!(error.kind(), ErrorKind::Full, "{at}");
            refused += 1;
        }
        disk.set(Faults::default());
        Durable::options().open_on(disk).unwrap();
    }
    assert!(refused > 5, "it was refused at {refused} operations");
}
