//! A process that is killed under load, again and again, at points of the commit and of the recovery: all that it
//! acknowledged is there, nothing is there in part, and the totals balance.
//!
//! A sample runs with the tests; `CATGA_KILLS` says how many instead.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Write as _};
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};

use catga::store::durable::{Disk, DiskFile};
use catga::store::writer::Inline;
use catga::store::{Durable, ErrorKind, Store, Table};
use catga::testing::SeededRandom;
use catga::time::Random as _;
use catga_tests::{evidence, runs};
use serde::{Deserialize, Serialize};
use tokio::task::JoinSet;

use crate::engines::options;
use crate::suite::block_on;

const ACCOUNTS: u64 = 8;
const EACH: i64 = 1_000;
const WRITERS: u64 = 4;
const PARTS: u8 = 3;
/// Numbers of one life of the process.
const LIFE: u64 = 1_000_000;

#[derive(Debug, Serialize, Deserialize)]
struct Transfer {
    from: u64,
    to: u64,
    cents: i64,
}

const BOOK: Table<u64, i64> = Table::new("accounts");
const LOG: Table<(u64, u64), Transfer> = Table::new("transfers");
/// More rows of each transfer, of many pages together.
const MORE: Table<(u64, u64, u8), Vec<u8>> = Table::new("more");

/// Where the process stops and waits to be killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Point {
    Before,
    /// With half of a write done.
    Half,
    After,
    /// It does not stop, and is killed at so many acknowledged transfers.
    Running,
}

const POINTS: [(&str, Point); 4] =
    [("before", Point::Before), ("half", Point::Half), ("after", Point::After), ("running", Point::Running)];

/// A file whose operations are counted.
#[derive(Debug)]
struct Counted {
    file: File,
    ops: AtomicU64,
    at: u64,
    point: Point,
}

impl Counted {
    fn act<T>(&self, half: impl FnOnce(), act: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
        let is_here = self.point != Point::Running && self.ops.fetch_add(1, SeqCst) == self.at;
        match self.point {
            Point::Half if is_here => half(),
            Point::After if is_here => drop(act()?),
            _ if is_here => {}
            _ => return act(),
        }
        say("here");
        loop {
            std::thread::park();
        }
    }
}

impl DiskFile for Counted {
    fn size(&self) -> io::Result<u64> {
        Ok(self.file.metadata()?.len())
    }

    fn read(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        self.file.read_exact_at(buffer, offset)
    }

    fn write(&self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        let half = || self.file.write_all_at(&bytes[..bytes.len() / 2], offset).unwrap();
        self.act(half, || self.file.write_all_at(bytes, offset))
    }

    fn resize(&self, size: u64) -> io::Result<()> {
        self.act(|| {}, || self.file.set_len(size))
    }

    fn sync(&self) -> io::Result<()> {
        self.act(|| {}, || self.file.sync_data())
    }
}

/// A file that is there already.
struct There {
    path: PathBuf,
    at: u64,
    point: Point,
}

impl Disk for There {
    fn exists(&self) -> io::Result<bool> {
        self.path.try_exists()
    }

    fn open(&self) -> io::Result<Box<dyn DiskFile>> {
        let file = OpenOptions::new().read(true).write(true).open(&self.path)?;
        file.try_lock().map_err(|_| io::ErrorKind::WouldBlock)?;
        Ok(Box::new(Counted { file, ops: AtomicU64::new(0), at: self.at, point: self.point }))
    }

    fn fresh(&self) -> io::Result<Box<dyn DiskFile>> {
        Err(io::ErrorKind::Unsupported.into())
    }

    fn place(&self) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

/// A whole line at once, so that none is mixed with another.
fn say(line: &str) {
    io::stdout().lock().write_all(format!("\n{line}\n").as_bytes()).unwrap();
}

/// Transfers of all writers, until it is killed.
fn child(path: &Path, plan: &str) {
    let mut words = plan.split(' ');
    let mut number = || words.next().unwrap().parse::<u64>().unwrap();
    let (life, at, point) = (number(), number(), number());
    let disk = There { path: path.to_path_buf(), at, point: POINTS[point as usize].1 };
    let store: Store = Store::with(Durable::options().open_on(disk).unwrap(), options()).unwrap();
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap().block_on(async {
        let mut tasks = JoinSet::new();
        for writer in 0..WRITERS {
            let store = store.clone();
            tasks.spawn(async move {
                let chance = SeededRandom::new(life * WRITERS + writer);
                for number in life * LIFE.. {
                    while let Err(error) = transfer(&store, &chance, writer, number).await {
                        assert_eq!(error.kind(), ErrorKind::Conflict, "{error:?}");
                    }
                    say(&format!("done {writer} {number}"));
                }
            });
        }
        while let Some(ended) = tasks.join_next().await {
            ended.unwrap();
        }
    });
}

async fn transfer(
    store: &Store,
    chance: &SeededRandom,
    writer: u64,
    number: u64,
) -> Result<(), catga::store::StoreError> {
    let (from, cents) = (chance.up_to(ACCOUNTS - 1), chance.up_to(300) as i64);
    let to = (from + 1 + chance.up_to(ACCOUNTS - 2)) % ACCOUNTS;
    let mut tx = store.begin()?;
    for (account, by) in [(from, -cents), (to, cents)] {
        let had = BOOK.get(&mut tx, &account).await?.unwrap();
        BOOK.put(&mut tx, &account, &(had + by))?;
    }
    LOG.put(&mut tx, &(writer, number), &Transfer { from, to, cents })?;
    for part in 0..PARTS {
        MORE.put(&mut tx, &(writer, number, part), &vec![part; chance.up_to(3_000) as usize])?;
    }
    tx.commit().await.map(drop)
}

/// What is known over all lives.
#[derive(Debug, Default)]
struct Seen {
    acknowledged: Vec<(u64, u64)>,
    stored: u64,
    by_point: BTreeMap<&'static str, u64>,
    while_opening: u64,
    recovered: u64,
}

fn life(test: &str, path: &Path, life: u64, chance: &SeededRandom, seen: &mut Seen) {
    let point = life % POINTS.len() as u64;
    let (name, kind) = POINTS[point as usize];
    // Some are in the recovery of the life before.
    let at = if chance.up_to(3) == 0 { chance.up_to(3) } else { chance.up_to(150) };
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture"])
        .env(CHILD, path)
        .env(PLAN, format!("{life} {at} {point}"))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let (mut acknowledged, mut is_killed) = (0, false);
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    // To the end: what it had said when it was killed is said.
    while output.read_line(&mut line).unwrap() > 0 {
        let is_whole = line.ends_with('\n');
        let words: Vec<&str> = line.split_whitespace().collect();
        let is_time = match words.as_slice() {
            ["done", writer, number] if is_whole => {
                seen.acknowledged.push((writer.parse().unwrap(), number.parse().unwrap()));
                acknowledged += 1;
                kind == Point::Running && acknowledged > at
            }
            ["here"] => true,
            _ => false,
        };
        if is_time && !is_killed {
            child.kill().unwrap();
            is_killed = true;
        }
        line.clear();
    }
    let ended = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&ended.stderr);
    assert!(is_killed, "life {life} ended by itself: {} {said}", ended.status);
    *seen.by_point.entry(name).or_default() += 1;
    seen.while_opening += u64::from(acknowledged == 0);
    check(path, life, seen);
}

/// Looks into a copy, so that the next life finds the file as it was left.
fn check(path: &Path, life: u64, seen: &mut Seen) {
    let copy = path.with_extension("copy");
    std::fs::copy(path, &copy).unwrap();
    let engine = Durable::open(&copy).unwrap();
    seen.recovered += u64::from(engine.recovery().recovered);
    let store: Store = Store::with(engine, options().writer(Inline)).unwrap();
    block_on(async {
        let mut tx = store.begin().unwrap();
        let log: BTreeMap<(u64, u64), Transfer> = LOG.range(&mut tx, ..).await.unwrap().into_iter().collect();
        for transfer in &seen.acknowledged {
            assert!(log.contains_key(transfer), "life {life}: {transfer:?} was acknowledged and is lost");
        }
        let unknown = log.len() - seen.acknowledged.len();
        assert!(unknown as u64 <= WRITERS * (life + 1), "life {life}: {unknown} that nobody handed over");
        let more: Vec<(u64, u64, u8)> = MORE
            .range(&mut tx, ..)
            .await
            .unwrap()
            .into_iter()
            .map(|(key, row)| {
                assert!(row.iter().all(|byte| *byte == key.2));
                key
            })
            .collect();
        let expected = log.keys().flat_map(|(writer, number)| (0..PARTS).map(|part| (*writer, *number, part)));
        assert!(more.into_iter().eq(expected), "life {life}: a transfer is there in part");
        let mut book: BTreeMap<u64, i64> = (0..ACCOUNTS).map(|account| (account, EACH)).collect();
        for Transfer { from, to, cents } in log.values() {
            *book.get_mut(from).unwrap() -= cents;
            *book.get_mut(to).unwrap() += cents;
        }
        let stored: BTreeMap<u64, i64> = BOOK.range(&mut tx, ..).await.unwrap().into_iter().collect();
        assert_eq!(stored, book, "life {life}: the accounts are not what the transfers make of them");
        assert_eq!(stored.values().sum::<i64>(), ACCOUNTS as i64 * EACH);
        seen.stored = log.len() as u64;
    });
}

const CHILD: &str = "CATGA_STORE_KILLED_CHILD";
const PLAN: &str = "CATGA_STORE_KILLED_PLAN";

/// The test runs itself as the process.
#[test]
fn a_killed_process_loses_nothing_that_it_acknowledged() {
    if let (Some(path), Ok(plan)) = (std::env::var_os(CHILD), std::env::var(PLAN)) {
        return child(Path::new(&path), &plan);
    }
    let kills = runs("CATGA_KILLS", 20);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.store");
    let store: Store = Store::with(Durable::open(&path).unwrap(), options().writer(Inline)).unwrap();
    block_on(async {
        let mut tx = store.begin().unwrap();
        (0..ACCOUNTS).for_each(|account| BOOK.put(&mut tx, &account, &EACH).unwrap());
        tx.commit().await.unwrap();
    });
    drop(store);
    let chance = SeededRandom::new(8);
    let mut seen = Seen::default();
    for number in 0..kills {
        life("kills::a_killed_process_loses_nothing_that_it_acknowledged", &path, number, &chance, &mut seen);
    }
    let acknowledged = seen.acknowledged.len() as u64;
    evidence("`kill -9` of a process that commits", kills);
    evidence("`kill -9`: points of the commit that it hit", seen.by_point.len());
    evidence("`kill -9`: transfers acknowledged, each there at every start", acknowledged);
    evidence("`kill -9`: killed while opening", seen.while_opening);
    assert_eq!(seen.by_point.values().sum::<u64>(), kills);
    assert!(seen.by_point.len() == POINTS.len() && acknowledged > kills * 5, "{acknowledged}");
    assert!(seen.recovered > kills / 2 && seen.while_opening > 0, "{} {}", seen.recovered, seen.while_opening);
}
