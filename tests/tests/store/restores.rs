//! A restore that is killed before any of its steps in the folder: the store that was in the place is there, or the
//! restored one, and never none.

use std::path::{Path, PathBuf};
use std::process::Command;

use catga::store::{Durable, ErrorKind, Table};

use crate::operate::{open, put};
use crate::suite::block_on;

/// Ends the process, as it is, before so many steps that change a folder or wait for the disk.
const SHIM: &str = r#"
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

static int left = -1;

static void step(void) {
    const char *at = getenv("CATGA_STORE_ENDS_AT");
    if (left < 0 && at) left = atoi(at);
    if (left == 0) _exit(99);
    if (left > 0) left--;
}

int rename(const char *from, const char *to) { step(); return syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0); }
int linkat(int a, const char *from, int b, const char *to, int flags) { step(); return syscall(SYS_linkat, a, from, b, to, flags); }
int unlink(const char *path) { step(); return syscall(SYS_unlinkat, AT_FDCWD, path, 0); }
int fsync(int file) { step(); return syscall(SYS_fsync, file); }
int fdatasync(int file) { step(); return syscall(SYS_fdatasync, file); }
"#;

const ENDS: i32 = 99;
const CHILD: &str = "CATGA_STORE_RESTORES";

/// Compiles it, with what links every program of Rust.
fn shim(folder: &Path) -> PathBuf {
    let (source, shim) = (folder.join("shim.c"), folder.join("shim.so"));
    std::fs::write(&source, SHIM).unwrap();
    let made = Command::new("cc").args(["-shared", "-fPIC", "-o"]).args([&shim, &source]).output().unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    shim
}

const ROWS: Table<u64, Vec<u8>> = Table::new("rows");

async fn rows(path: &Path) -> (usize, u16, bool) {
    let (_engine, store) = open(path);
    let rows = ROWS.range(&mut store.begin().unwrap(), ..).await.unwrap().len();
    (rows, store.identity().epoch, store.is_held().unwrap())
}

const BEFORE: (usize, u16, bool) = (15, 0, false);
const RESTORED: (usize, u16, bool) = (10, 1, true);

/// The test runs itself as the process that restores.
#[test]
fn a_killed_restore_leaves_a_store() {
    if let Some(folder) = std::env::var_os(CHILD) {
        let folder = PathBuf::from(folder);
        Durable::options().restore(folder.join("a.backup"), folder.join("a.store"), None).unwrap();
        return;
    }
    let tools = tempfile::tempdir().unwrap();
    let shim = shim(tools.path());
    let (mut before, mut restored) = (0, 0);
    for at in 0.. {
        let folder = tempfile::tempdir().unwrap();
        let (path, backup) = (folder.path().join("a.store"), folder.path().join("a.backup"));
        let (engine, store) = open(&path);
        block_on(put(&store, 0..10, 10));
        engine.backup(&backup).unwrap();
        block_on(put(&store, 10..15, 10));
        drop((engine, store));
        let child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "restores::a_killed_restore_leaves_a_store"])
            .env(CHILD, folder.path())
            .env("LD_PRELOAD", &shim)
            .env("CATGA_STORE_ENDS_AT", at.to_string())
            .output()
            .unwrap();
        let is_killed = child.status.code() == Some(ENDS);
        assert!(is_killed || child.status.success(), "{}", String::from_utf8_lossy(&child.stdout));
        assert!(path.exists(), "there is no store at step {at}");
        let found = block_on(rows(&path));
        if found == RESTORED {
            restored += 1;
            let kept = folder.path().join("a.store.replaced-1");
            assert_eq!(block_on(rows(&kept)), BEFORE, "what it has replaced is kept");
        } else {
            assert_eq!(found, BEFORE);
            before += 1;
            // It is restored all the same, when somebody tries again.
            let made = Durable::options().restore(&backup, &path, None).unwrap();
            assert_eq!((block_on(rows(&path)), block_on(rows(&made.replaced.unwrap()))), (RESTORED, BEFORE));
        }
        if !is_killed {
            break;
        }
    }
    assert!(before > 2 && restored > 1, "{before} with what was there, {restored} restored");
}

/// The last step is refused: what was there is there still, and nothing else.
#[test]
fn a_restore_that_cannot_be_placed_puts_the_store_back() {
    let folder = tempfile::tempdir().unwrap();
    let (path, backup) = (folder.path().join("a.store"), folder.path().join("a.backup"));
    let (engine, store) = open(&path);
    block_on(put(&store, 0..10, 10));
    engine.backup(&backup).unwrap();
    block_on(put(&store, 10..15, 10));
    drop((engine, store));
    // The backup comes through a pipe, so that the restore is at a known point: its copy is there, and not complete.
    let pipe = folder.path().join("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let restoring = std::thread::spawn({
        let (pipe, path) = (pipe.clone(), path.clone());
        move || Durable::options().restore(pipe, path, None)
    });
    let mut to = std::fs::OpenOptions::new().write(true).open(&pipe).unwrap();
    let fresh = loop {
        let names = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path());
        match names.into_iter().find(|name| name.extension().is_some_and(|with| with == "new")) {
            Some(fresh) => break fresh,
            None => std::thread::yield_now(),
        }
    };
    std::fs::remove_file(fresh).unwrap();
    std::io::copy(&mut std::fs::File::open(&backup).unwrap(), &mut to).unwrap();
    drop(to);
    assert_eq!(restoring.join().unwrap().unwrap_err().kind(), ErrorKind::Io);
    assert_eq!(block_on(rows(&path)), BEFORE);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 3, "the store, its backup and the pipe");
}
