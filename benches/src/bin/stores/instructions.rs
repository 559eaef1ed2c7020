//! What one operation costs in instructions: on one thread, with the groups made by hand, and counted by callgrind. A
//! quiet figure where those of time are loud; what the disk takes is not in it.

use std::future::Future;
use std::path::Path;
use std::pin::Pin;
use std::process::ExitCode;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use catga::store::writer::Manual;
use catga::store::{Durable, Lease, Store, StoreError};
use catga_benches::{callgrind, table};
use tempfile::TempDir;

use crate::counts::COUNTS;
use crate::raw::{self, Row, row};
use crate::{drain, folder};

const HOUR: Duration = Duration::from_secs(3_600);
/// How many rows wait where a relay drains many.
const BACKLOG: u64 = 200_000;

/// A part, and what it is called.
const PARTS: [(&str, &str); 5] = [
    ("hot", "read, modify, write: one at a time"),
    ("distinct", "read, modify, write: 64 in a group"),
    ("acquire", "leases: 64 in a group, acquire"),
    ("renew", "leases: 64 in a group, renew"),
    ("drain", "outbox: a row drained, of 200 000 beside of 8 192"),
];

/// One run of one side, a process of its own.
pub(crate) fn run(part: &str, side: &str, groups: &str, at: &str) -> ExitCode {
    let Ok(groups) = groups.parse() else {
        eprintln!("stores: a run is a part, a side, a number and a path");
        return ExitCode::from(2);
    };
    let at = Path::new(at);
    match (part, side) {
        ("drain", _) => drain::counted(at, groups),
        (_, "raw") => raw_side(at, part, groups),
        _ => store_side(at, part, groups),
    }
    ExitCode::SUCCESS
}

const fn callers(part: &str) -> u64 {
    match part.as_bytes() {
        b"hot" => 1,
        _ => 64,
    }
}

fn name(caller: u64, number: u64) -> String {
    format!("lease-{caller}-{number}")
}

fn raw_side(at: &Path, part: &str, groups: u64) {
    let database = redb::Database::create(at.join("raw.redb")).expect("a database");
    for group in 0..groups {
        let one = |caller: u64| -> Row {
            match part {
                "acquire" | "renew" => {
                    let is_new = part == "acquire";
                    let key = name(caller, if is_new { group } else { 0 }).into_bytes();
                    let held: Option<(u64, u64)> = raw::read(&database, &key);
                    assert!(held.is_none() || !is_new, "it is free");
                    row(key, &(caller, group))
                }
                _ => {
                    let key = caller.to_be_bytes();
                    let count: u64 = raw::read(&database, &key).unwrap_or_default();
                    row(key.to_vec(), &(count + 1))
                }
            }
        };
        let rows: Vec<Row> = (0..callers(part)).map(one).collect();
        raw::commit(&database, rows.iter());
    }
}

/// One of a group, until it is on the disk.
type Committing<'w, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + 'w>>;

/// All of them in one group.
fn commit<T>(writer: &Manual, mut group: Vec<Committing<'_, T>>) -> Vec<T> {
    let mut cx = Context::from_waker(Waker::noop());
    group.iter_mut().for_each(|one| assert!(one.as_mut().poll(&mut cx).is_pending(), "it waits for its commit"));
    assert_eq!(writer.commit_one(), group.len(), "one group");
    let done = group.iter_mut().map(|one| match one.as_mut().poll(&mut cx) {
        Poll::Ready(outcome) => outcome.expect("a commit"),
        Poll::Pending => unreachable!("the group is committed"),
    });
    done.collect()
}

fn store_side(at: &Path, part: &str, groups: u64) {
    let writer = Manual::default();
    let engine = Durable::open(at.join("a.store")).expect("a file");
    let store: Store = Store::with(engine, Store::<()>::options().writer(writer.clone())).expect("a store");
    let store = &store;
    let count = async |caller: u64| {
        let _held = store.turns().lock(&caller.to_be_bytes()).await?;
        let mut tx = store.begin()?;
        let count = COUNTS.get(&mut tx, &caller).await?.unwrap_or_default();
        COUNTS.put(&mut tx, &caller, &(count + 1))?;
        tx.commit().await.map(drop)
    };
    let acquire = |group: u64| {
        let one = |caller| -> Pin<Box<dyn Future<Output = Result<Lease, StoreError>>>> {
            Box::pin(async move { Lease::acquire(store, &name(caller, group), caller, HOUR).await })
        };
        commit(&writer, (0..callers(part)).map(one).collect())
    };
    let mut leases = if part == "renew" { acquire(0) } else { Vec::new() };
    for group in 0..groups {
        match part {
            "acquire" => drop(acquire(group)),
            "renew" => {
                drop(commit(&writer, leases.iter_mut().map(|lease| Box::pin(lease.renew(store, HOUR)) as _).collect()))
            }
            _ => drop(commit(&writer, (0..callers(part)).map(|caller| Box::pin(count(caller)) as _).collect())),
        }
    }
}

/// What one operation costs: the difference between so many groups and twice as many.
fn of(part: &str, side: &str) -> Result<u64, callgrind::Error> {
    let counted = |groups: u64| {
        let at: TempDir = folder();
        let groups = groups.to_string();
        if part == "drain" {
            drain::fill(at.path(), if side == "raw" { 8_192 } else { BACKLOG });
        }
        callgrind::instructions(&["--run", part, side, &groups, &at.path().display().to_string()])
    };
    let (groups, each) = match part {
        "drain" => (2_048, 1),
        "hot" => (500, 1),
        _ => (30, callers(part)),
    };
    let (some, more) = (counted(groups)?, counted(groups * 2)?);
    Ok((more - some) / (groups * each))
}

pub(crate) fn print(parts: &[&str]) -> ExitCode {
    let mut lines = Vec::new();
    for (part, what) in PARTS.iter().filter(|(part, _)| parts.is_empty() || parts.contains(part)) {
        match (of(part, "raw"), of(part, "catga")) {
            (Ok(raw), Ok(catga)) => {
                let ratio = format!("{:.2}", raw as f64 / catga as f64);
                lines.push(vec![(*what).to_owned(), raw.to_string(), catga.to_string(), ratio]);
            }
            (Err(error), _) | (_, Err(error)) => {
                eprintln!("stores: {error}");
                return ExitCode::from(2);
            }
        }
    }
    table::print(&["what", "beside it, instructions", "catga", "ratio"], &lines);
    ExitCode::SUCCESS
}
