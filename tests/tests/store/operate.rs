//! Backups, restores, compaction and checks of a durable store.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use catga::store::outbox::OutboxMessage;
use catga::store::writer::Inline;
use catga::store::{Durable, Engine as _, ErrorKind, Lease, Outbox, Scheduler, Store, Table};

use crate::engines::options;
use crate::suite::{block_on, kind};

const ROWS: Table<u64, Vec<u8>> = Table::new("rows");
const OUTBOX: Outbox = Outbox::new("out");

pub fn open(path: &Path) -> (Arc<Durable>, Store) {
    let engine = Arc::new(Durable::open(path).unwrap());
    (Arc::clone(&engine), Store::with(engine, options().writer(Inline)).unwrap())
}

pub async fn put(store: &Store, keys: std::ops::Range<u64>, size: usize) {
    let mut tx = store.begin().unwrap();
    keys.for_each(|key| ROWS.put(&mut tx, &key, &vec![1; size]).unwrap());
    tx.commit().await.unwrap();
}

async fn send(store: &Store, id: u64) {
    let mut tx = store.begin().unwrap();
    OUTBOX.add(&mut tx, &OutboxMessage { id, name: "n".into(), key: b"k".to_vec(), body: vec![] }).unwrap();
    tx.commit().await.unwrap();
}

async fn rows(store: &Store) -> usize {
    ROWS.range(&mut store.begin().unwrap(), ..).await.unwrap().len()
}

/// L12: a restored copy sends nothing by itself, and its fences are above all that were given out.
#[test]
fn l12_a_restored_store_sends_nothing_before_it_is_confirmed() {
    let folder = tempfile::tempdir().unwrap();
    let (path, backup) = (folder.path().join("a.store"), folder.path().join("a.backup"));
    block_on(async {
        let (engine, store) = open(&path);
        put(&store, 0..25_000, 10).await;
        send(&store, 1).await;
        let made = engine.backup(&backup).unwrap();
        assert_eq!((made.sequence, made.rows), (engine.head(), 25_000 + 3), "with the message, its key and the count");
        let again = engine.backup(&backup).unwrap_err();
        assert_eq!(again.kind(), ErrorKind::Io);
        assert!(again.to_string().contains("none is written over"), "{again}");
        // After the backup the message is sent, and more happens.
        let claimed = OUTBOX.relay(1).claim(&store, 1).await.unwrap();
        assert_eq!(claimed.len(), 1);
        put(&store, 25_000..26_000, 10).await;
        let lease = Lease::acquire(&store, "leader", 1, Duration::from_secs(1)).await.unwrap();
        assert_eq!(kind(Durable::options().restore(&backup, &path, None)), Some(ErrorKind::InUse));
        let id = store.id();
        drop((engine, store));

        assert_eq!(kind(Durable::open(&backup)), Some(ErrorKind::Backup), "a backup is not opened by accident");
        let restored = Durable::options().restore(&backup, &path, None).unwrap();
        assert_eq!((restored.identity.id, restored.identity.epoch, restored.sequence), (id, 1, made.sequence));
        let (_engine, store) = open(&path);
        assert_eq!(store.identity(), restored.identity);
        assert_eq!(rows(&store).await, 25_000);
        assert!(store.is_held().unwrap());
        assert_eq!(kind(OUTBOX.relay(1).claim(&store, 1).await), Some(ErrorKind::Held));
        assert_eq!(kind(Scheduler::new("later").release(&store, &OUTBOX, 1).await), Some(ErrorKind::Held));
        let later = Lease::acquire(&store, "other", 1, Duration::from_secs(1)).await.unwrap();
        assert!(later.claim().fence > lease.claim().fence);
        store.confirm().await.unwrap();
        assert!(!store.is_held().unwrap());
        assert_eq!(OUTBOX.relay(1).claim(&store, 1).await.unwrap().len(), 1);
        drop((_engine, store));

        // Once more, over the restored one: an epoch later. The one before is kept.
        let again = Durable::options().restore(&backup, &path, None).unwrap();
        assert_eq!(again.identity.epoch, 2);
        let (_engine, replaced) = open(&again.replaced.unwrap());
        assert_eq!(replaced.identity().epoch, 1);
        let elsewhere = Durable::options().restore(&backup, folder.path().join("b.store"), Some(7)).unwrap();
        assert_eq!((elsewhere.identity.epoch, elsewhere.replaced), (8, None));
    });
}

/// L12, of a copy that no backup has made: it takes in, and sends nothing. The file itself sends under whatever name.
#[test]
fn l12_a_copy_of_the_file_sends_nothing_before_it_is_confirmed() {
    let folder = tempfile::tempdir().unwrap();
    let (path, other) = (folder.path().join("a.store"), folder.path().join("b.store"));
    block_on(async {
        let (engine, store) = open(&path);
        send(&store, 1).await;
        let lease = Lease::acquire(&store, "leader", 1, Duration::from_secs(1)).await.unwrap();
        drop((engine, store));
        fs::copy(&path, &other).unwrap();
        for name in ["one", "two"] {
            let (engine, copy) = open(&other);
            assert_eq!((copy.identity().epoch, copy.is_held().unwrap()), (1, true));
            assert_eq!(engine.recovery().sequence, engine.head());
            assert_eq!(kind(OUTBOX.relay(1).claim(&copy, 1).await), Some(ErrorKind::Held));
            let later = Lease::acquire(&copy, name, 1, Duration::from_secs(1)).await.unwrap();
            assert!(later.claim().fence > lease.claim().fence);
        }
        open(&other).1.confirm().await.unwrap();
        // A name is not the file, and neither is what it was opened by.
        fs::rename(&other, folder.path().join("c.store")).unwrap();
        let (_engine, copy) = open(&folder.path().join("c.store"));
        assert_eq!((copy.identity().epoch, copy.is_held().unwrap()), (1, false));
        assert_eq!(OUTBOX.relay(1).claim(&copy, 1).await.unwrap().len(), 1);
        let (_engine, store) = open(&path);
        assert_eq!((store.identity().epoch, store.is_held().unwrap()), (0, false));
        assert_eq!(OUTBOX.relay(1).claim(&store, 1).await.unwrap().len(), 1);
    });
}

#[test]
fn a_restore_that_cannot_be_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (path, backup) = (folder.path().join("a.store"), folder.path().join("a.backup"));
    drop(open(&path));
    let restore = || Durable::options().restore(&backup, &path, None);
    assert_eq!(kind(restore()), Some(ErrorKind::Missing));
    fs::write(&backup, "not a backup").unwrap();
    assert_eq!(kind(restore()), Some(ErrorKind::Foreign));
    fs::copy(&path, &backup).unwrap();
    assert_eq!(kind(restore()), Some(ErrorKind::Foreign), "a store is no backup");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "nothing is left behind");
    assert_eq!(open(&path).1.identity().epoch, 0);
    // A file in its place that cannot be read: its epoch has to be named.
    fs::remove_file(&backup).unwrap();
    open(&path).0.backup(&backup).unwrap();
    fs::write(&path, "damaged").unwrap();
    let error = restore().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Foreign);
    assert!(error.to_string().contains("with `above`"), "{error}");
    let restored = Durable::options().restore(&backup, &path, Some(3)).unwrap();
    assert_eq!(restored.identity.epoch, 4);
}

/// Whoever is told to restore a backup can: a damaged file in the place says its epoch, which is the backup's no longer.
#[test]
fn a_damaged_store_is_restored_above_its_epoch() {
    let folder = tempfile::tempdir().unwrap();
    let (path, backup) = (folder.path().join("a.store"), folder.path().join("a.backup"));
    let restore = || Durable::options().restore(&backup, &path, None);
    let (engine, store) = open(&path);
    block_on(put(&store, 0..1_000, 100));
    engine.backup(&backup).unwrap();
    drop((engine, store));
    for epoch in 1..4 {
        let whole = fs::read(&path).unwrap();
        fs::write(&path, &whole[..whole.len() / 2]).unwrap();
        assert_eq!(kind(Durable::open(&path)), Some(ErrorKind::Damaged));
        let restored = restore().unwrap();
        assert_eq!(restored.identity.epoch, epoch);
        assert_eq!(fs::read(restored.replaced.unwrap()).unwrap(), whole[..whole.len() / 2], "and is kept");
        let (_engine, store) = open(&path);
        assert_eq!(block_on(rows(&store)), 1_000);
    }
    // That of a copy, too, which has the mark of the file that it is a copy of.
    let copied = folder.path().join("b.store");
    fs::copy(&path, &copied).unwrap();
    assert_eq!(open(&copied).1.identity().epoch, 4);
    let whole = fs::read(&copied).unwrap();
    fs::write(&copied, &whole[..whole.len() / 2]).unwrap();
    assert_eq!(Durable::options().restore(&backup, &copied, None).unwrap().identity.epoch, 5);
}

/// A damaged backup is not told of as a store that a backup is to be restored of.
#[test]
fn a_damaged_backup_is_told_of() {
    let folder = tempfile::tempdir().unwrap();
    let (path, backup) = (folder.path().join("a.store"), folder.path().join("a.backup"));
    open(&path).0.backup(&backup).unwrap();
    let whole = fs::read(&backup).unwrap();
    for keep in [0, 300, 5_000, whole.len() - 1] {
        fs::write(&backup, &whole[..keep]).unwrap();
        let error = Durable::options().restore(&backup, &path, None).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Damaged | ErrorKind::Truncated), "{keep}: {error:?}");
        assert!(error.to_string().contains("restore another one"), "{keep}: {error}");
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "nothing is left behind");
}

#[test]
fn a_backup_is_one_state_while_the_store_works_on() {
    let folder = tempfile::tempdir().unwrap();
    let (path, backup) = (folder.path().join("a.store"), folder.path().join("a.backup"));
    let (engine, store) = open(&path);
    block_on(put(&store, 0..5_000, 10));
    let made = std::thread::scope(|scope| {
        let making = scope.spawn(|| engine.backup(&backup).unwrap());
        // Each commit changes all rows: a backup of two states would show.
        while !making.is_finished() {
            block_on(async {
                let mut tx = store.begin().unwrap();
                let sequence = *store.head().borrow();
                (0..5_000).for_each(|key| ROWS.put(&mut tx, &key, &sequence.to_be_bytes().to_vec()).unwrap());
                tx.commit().await.unwrap();
            });
        }
        making.join().unwrap()
    });
    assert_eq!(made.rows, 5_000);
    Durable::options().restore(&backup, folder.path().join("b.store"), None).unwrap();
    let (_engine, copy) = open(&folder.path().join("b.store"));
    let rows = block_on(async { ROWS.range(&mut copy.begin().unwrap(), ..).await.unwrap() });
    assert!(rows.iter().all(|(_, row)| *row == rows[0].1));
}

#[test]
fn compaction_gives_space_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.store");
    let (engine, store) = open(&path);
    block_on(async {
        for round in 0..10 {
            put(&store, round * 1_000..(round + 1) * 1_000, 1_000).await;
        }
        let mut tx = store.begin().unwrap();
        (0..9_900).for_each(|key| ROWS.delete(&mut tx, &key).unwrap());
        tx.commit().await.unwrap();
        let before = fs::metadata(&path).unwrap().len();
        let open = store.begin().unwrap();
        assert_eq!(kind(engine.compact()), Some(ErrorKind::Overloaded), "while a transaction is open");
        drop(open);
        assert!(engine.compact().unwrap());
        let after = fs::metadata(&path).unwrap().len();
        assert!(after * 3 < before, "{before} to {after}");
        assert_eq!(rows(&store).await, 100);
        put(&store, 0..10, 10).await;
        assert_eq!(engine.check().unwrap(), 110);
    });
}

#[test]
fn a_check_finds_damage_while_the_store_is_open() {
    use crate::disk::SimDisk;
    let (mut found, mut sound) = (0, 0);
    for flip in 0..40u64 {
        let disk = SimDisk::new();
        let engine = Arc::new(crate::engines::on(&disk));
        let store: Store = Store::with(Arc::clone(&engine), options().writer(Inline)).unwrap();
        block_on(put(&store, 0..3_000, 100));
        // Where there is data, and where there may be none.
        disk.flip((100_000 + flip * 30_011) % disk.len() as u64 * 8);
        match engine.check() {
            Ok(rows) => {
                assert_eq!(rows, 3_000);
                sound += 1;
            }
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::Damaged);
                found += 1;
            }
        }
    }
    assert!(found > 5, "{found} found, {sound} harmless");
}
