//! Files that are not what they should be: a typed error that says what to do, and nothing lost.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use catga::store::writer::Inline;
use catga::store::{Durable, ErrorKind, Store, StoreError, Table};
use catga::time::NoRandom;

use crate::engines::options;
use crate::suite::block_on;

const ROWS: Table<u64, String> = Table::new("rows");

fn fill(path: &Path, rows: u64) {
    let store: Store = Store::with(Durable::open(path).unwrap(), options().writer(Inline)).unwrap();
    block_on(async {
        let mut tx = store.begin().unwrap();
        for key in 0..rows {
            ROWS.put(&mut tx, &key, &format!("row {key}")).unwrap();
        }
        tx.commit().await.unwrap();
    });
}

fn refused(path: &Path) -> StoreError {
    Durable::open(path).map(drop).unwrap_err()
}

/// The error says something to do.
fn says(error: &StoreError, kind: ErrorKind, what: &str) {
    assert_eq!(error.kind(), kind, "{error:?}");
    assert!(error.to_string().contains(what), "{error}");
}

#[test]
fn rows_are_there_after_it_is_opened_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.store");
    let first = Durable::open(&path).unwrap();
    let id = catga::store::Engine::identity(&first);
    drop(first);
    fill(&path, 1_000);
    for _ in 0..3 {
        let engine = Durable::open(&path).unwrap();
        assert_eq!(catga::store::Engine::identity(&engine), id, "the same store");
        assert!(!engine.recovery().recovered && !engine.recovery().rolled_back, "{:?}", engine.recovery());
        let store: Store = Store::with(engine, options().writer(Inline)).unwrap();
        let rows = block_on(async { ROWS.range(&mut store.begin().unwrap(), ..).await.unwrap() });
        assert_eq!((rows.len(), rows[999].1.as_str()), (1_000, "row 999"));
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "one file, and nothing beside it");
}

#[test]
fn two_stores_have_two_ids() {
    let folder = tempfile::tempdir().unwrap();
    let one = Durable::open(folder.path().join("a")).unwrap();
    let other = Durable::open(folder.path().join("b")).unwrap();
    let id = catga::store::Engine::identity;
    assert_ne!(id(&one), id(&other));
    let fixed = Durable::options().random(NoRandom).open(folder.path().join("c")).unwrap();
    assert_eq!(id(&fixed).id.to_string(), "f".repeat(32));
}

#[test]
fn who_is_second_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.store");
    let first = Durable::open(&path).unwrap();
    says(&refused(&path), ErrorKind::InUse, "share the store where this one has it open");
    drop(first);
    Durable::open(&path).unwrap();
}

/// Another process, not another handle: the test runs itself.
#[test]
fn a_second_process_is_told() {
    const CHILD: &str = "CATGA_STORE_OPEN_IN_CHILD";
    if let Ok(path) = std::env::var(CHILD) {
        says(&refused(Path::new(&path)), ErrorKind::InUse, "stop the other process");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.store");
    let _held = Durable::open(&path).unwrap();
    let child = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "files::a_second_process_is_told"])
        .env(CHILD, &path)
        .output()
        .unwrap();
    assert!(child.status.success(), "{}", String::from_utf8_lossy(&child.stdout));
    assert!(String::from_utf8_lossy(&child.stdout).contains("1 passed"));
}

const SMALL: &str = "CATGA_STORE_SMALL_FILES";

/// The disk takes the beginning of a new file, and no more: at each start it is refused, and nothing stays behind. The
/// test runs itself as a process that may write small files only.
#[cfg(unix)]
#[test]
fn what_could_not_be_made_leaves_nothing_behind() {
    if let Some(path) = std::env::var_os(SMALL) {
        assert_eq!(refused(Path::new(&path)).kind(), ErrorKind::Full);
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.store");
    for _ in 0..2 {
        // A write beyond the limit fails with an error where the signal is ignored.
        let child = std::process::Command::new("sh")
            .args(["-c", "trap '' XFSZ; ulimit -f 8; exec \"$0\" --exact \"$1\""])
            .arg(std::env::current_exe().unwrap())
            .arg("files::what_could_not_be_made_leaves_nothing_behind")
            .env(SMALL, &path)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&child.stdout);
        assert!(child.status.success() && said.contains("1 passed"), "{said}");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
    Durable::open(&path).unwrap();
}

/// Many at once make the file: one of them has it, and no file is made twice.
#[test]
fn a_race_to_make_it_has_one_winner() {
    for _ in 0..10 {
        let folder = tempfile::tempdir().unwrap();
        let path = Arc::new(folder.path().join("a.store"));
        let threads: Vec<_> = (0..4)
            .map(|_| {
                let path = Arc::clone(&path);
                std::thread::spawn(move || Durable::open(&*path))
            })
            .collect();
        let opened: Vec<_> = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
        assert_eq!(opened.iter().filter(|opened| opened.is_ok()).count(), 1);
        for error in opened.iter().filter_map(|opened| opened.as_ref().err()) {
            says(error, ErrorKind::InUse, "stop the other process");
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}

#[test]
fn an_empty_file_is_truncated() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.store");
    fs::write(&path, b"").unwrap();
    says(&refused(&path), ErrorKind::Truncated, "remove it where the store is new");
    assert_eq!(fs::read(&path).unwrap(), b"", "and is left as it is");
}

#[test]
fn a_foreign_file_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.store");
    for bytes in [&b"x"[..], b"SQLite format 3\0", &[0; 10_000]] {
        fs::write(&path, bytes).unwrap();
        says(&refused(&path), ErrorKind::Foreign, "name another file");
        assert_eq!(fs::read(&path).unwrap(), bytes);
    }
    fs::create_dir(folder.path().join("b")).unwrap();
    says(&refused(&folder.path().join("b")), ErrorKind::Io, "that of a folder; name a file");
    says(&refused(&folder.path().join("no/where")), ErrorKind::Io, "make the folder");
    says(&refused(&path.join("c.store")), ErrorKind::Io, "leads through a file");
}

/// A file of a database newer than this program's is no damaged one: nobody is told to restore a backup over it.
#[test]
fn a_newer_file_is_told_of() {
    const SLOTS: [usize; 2] = [64, 192];
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.store");
    fill(&path, 10);
    let mut bytes = fs::read(&path).unwrap();
    SLOTS.iter().for_each(|at| bytes[*at] += 1);
    fs::write(&path, &bytes).unwrap();
    says(&refused(&path), ErrorKind::Newer, "run the newer program");
    assert_eq!(fs::read(&path).unwrap(), bytes, "and is left as it is");
    SLOTS.iter().for_each(|at| bytes[*at] -= 1);
    fs::write(&path, &bytes).unwrap();
    Durable::open(&path).unwrap();
}

#[test]
fn a_truncated_file_is_told_of() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.store");
    fill(&path, 20_000);
    let whole = fs::read(&path).unwrap();
    for keep in [10, 300, 4_096, 5_000, whole.len() / 2, whole.len() - 1] {
        fs::write(&path, &whole[..keep]).unwrap();
        let error = refused(&path);
        let told = matches!(error.kind(), ErrorKind::Truncated | ErrorKind::Damaged);
        assert!(told, "{keep} of {}: {error:?}", whole.len());
        assert!(error.to_string().contains("restore a backup"), "{error}");
    }
    fs::write(&path, &whole).unwrap();
    Durable::open(&path).unwrap();
}
