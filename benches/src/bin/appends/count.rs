use std::process::ExitCode;
use std::task::{Context, Waker};

use catga::store::writer::Manual;
use catga::store::{Durable, Store};
use catga_benches::appends::{self, Encoded};
use catga_benches::{callgrind, table};

use crate::{BATCHES, WRITERS, folder};

/// Groups of one append of each writer, committed by the caller.
pub(crate) fn run(side: &str, writers: &str, batch: &str, groups: &str) -> ExitCode {
    let (Ok(writers), Ok(batch), Ok(groups)) = (writers.parse(), batch.parse(), groups.parse()) else {
        eprintln!("appends: a run is a side and three numbers");
        return ExitCode::from(2);
    };
    let at = folder();
    match side {
        "raw" => raw(&at, writers, batch, groups),
        _ => store(&at, writers, batch, groups),
    }
    ExitCode::SUCCESS
}

/// Where a writer's rows of a group begin.
fn first(writer: u64, group: u64, batch: u64) -> u64 {
    (writer << 32) + group * batch
}

fn raw(at: &tempfile::TempDir, writers: u64, batch: u64, groups: u64) {
    let database = redb::Database::create(at.path().join("raw.redb")).expect("a database");
    for group in 0..groups {
        let appends: Vec<Encoded> =
            (0..writers).map(|writer| Encoded::new(writer, first(writer, group, batch), batch)).collect();
        appends::commit(&database, appends.iter());
    }
}

fn store(at: &tempfile::TempDir, writers: u64, batch: u64, groups: u64) {
    let writer = Manual::default();
    let engine = Durable::open(at.path().join("a.store")).expect("a file");
    let store: Store = Store::with(engine, Store::<()>::options().writer(writer.clone())).expect("a store");
    for group in 0..groups {
        let mut commits: Vec<_> = (0..writers)
            .map(|writer| Box::pin(appends::begin(&store, writer, first(writer, group, batch), batch).commit()))
            .collect();
        let mut cx = Context::from_waker(Waker::noop());
        commits.iter_mut().for_each(|commit| assert!(commit.as_mut().poll(&mut cx).is_pending()));
        assert_eq!(writer.commit_one() as u64, writers, "one group");
        commits.iter_mut().for_each(|commit| match commit.as_mut().poll(&mut cx) {
            std::task::Poll::Ready(outcome) => drop(outcome.expect("a commit")),
            std::task::Poll::Pending => unreachable!("the group is committed"),
        });
    }
}

/// What one row costs: the difference between so many groups and twice as many.
fn instructions(side: &str, writers: u64, batch: u64) -> Result<u64, callgrind::Error> {
    let groups = (4_000 / (writers * appends::rows(batch))).max(4);
    let of = |groups: u64| {
        callgrind::instructions(&["--run", side, &writers.to_string(), &batch.to_string(), &groups.to_string()])
    };
    let (some, more) = (of(groups)?, of(groups * 2)?);
    Ok((more - some) / (groups * writers * appends::rows(batch)))
}

pub(crate) fn print() -> ExitCode {
    let mut lines = Vec::new();
    for writers in WRITERS {
        for batch in BATCHES {
            match (instructions("raw", writers, batch), instructions("catga", writers, batch)) {
                (Ok(raw), Ok(catga)) => lines.push(vec![
                    format!("{writers} x {batch}"),
                    raw.to_string(),
                    catga.to_string(),
                    format!("{:.2}", raw as f64 / catga as f64),
                ]),
                (Err(error), _) | (_, Err(error)) => {
                    eprintln!("appends: {error}");
                    return ExitCode::from(2);
                }
            }
        }
    }
    table::print(&["writers x batch", "raw redb, instructions a row", "catga", "raw / catga"], &lines);
    ExitCode::SUCCESS
}
