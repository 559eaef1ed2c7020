//! Errors of the disk at every operation: each caller learns what became of its commit, and the store goes on.

use std::io::ErrorKind as Io;

use catga::store::{Durable, ErrorKind};
use catga::testing::SeededRandom;

use crate::disk::{Faults, SimDisk};
use crate::engines::on;
use crate::history::{Known, open, read, work};

/// L11. The operation with this index fails once. What callers are told is true: then, after the end of the
/// process, and after a power loss.
#[test]
fn each_operation_fails_once() {
    let (mut failed, mut acknowledged) = (0, 0);
    for (kind, at) in [Io::Other, Io::StorageFull].iter().flat_map(|kind| (0..70).map(move |at| (*kind, at))) {
        let chance = SeededRandom::new(at);
        let disk = SimDisk::new();
        let (store, writer) = open(on(&disk));
        let mut known = Known::default();
        work(&store, &writer, &chance, 3, &mut known);
        disk.set(Faults { fail_at: Some((disk.ops() + at, kind)), ..Faults::default() });
        work(&store, &writer, &chance, 12, &mut known);
        assert_eq!(known.unknown, 0, "the file was there to be asked: {kind:?} at {at}");
        failed += known.failed;
        acknowledged += known.acknowledged;
        assert_eq!(read(&store).unwrap(), known.rows, "{kind:?} at {at}");
        // The power goes while the store is open: what a failed sync had dropped was written once more.
        let lost_power = disk.after_power_loss(&chance);
        let killed = disk.after_kill();
        drop(store);
        for (disk, what) in [(lost_power, "power loss"), (killed, "kill"), (disk, "close")] {
            let (store, _writer) = open(Durable::options().open_on(disk).unwrap());
            assert_eq!(read(&store).unwrap(), known.rows, "{kind:?} at {at}, {what}");
        }
    }
    assert!(failed > 100, "{failed} members were told that nothing happened");
    assert!(acknowledged > 140 * 20, "{acknowledged}");
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
        work(&store, &writer, &chance, 120, &mut known);
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
    crate::suite::block_on(async {
        for key in 0..40 {
            let mut tx = store.begin().unwrap();
            crate::history::ROWS.put(&mut tx, &key, &vec![7; 100_000]).unwrap();
            let mut commit = tx.commit();
            assert!(crate::suite::poll(&mut commit).is_pending());
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
