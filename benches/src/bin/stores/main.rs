//! What the durable store does beside what raw redb does for the same, in one run, on one disk.
//!
//! `cargo run --profile bench -p catga-benches --bin stores -- [drain] [counts] [replies] [leases]`: all, or those that
//! are named. Both sides take turns in short slices; ratios are medians over the slices. It fails where a target is
//! missed.
//!
//! `.. --bin stores -- --count [hot] [distinct] [acquire] [renew] [drain]`: instructions of one operation.
//!
//! The files are in `CATGA_BENCH_FOLDER`, or where the system has temporary files.

mod counts;
mod drain;
mod instructions;
mod leases;
mod raw;
mod replies;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use catga_benches::table;
use catga_benches::target::{self, Target};
use catga_benches::turns::Compared;
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinSet;

/// How many callers there are at once.
const CALLERS: u64 = 64;
const SLICE: Duration = Duration::from_millis(200);

fn folder() -> TempDir {
    let at = std::env::var_os("CATGA_BENCH_FOLDER").map_or_else(std::env::temp_dir, PathBuf::from);
    tempfile::tempdir_in(at).expect("a folder")
}

/// Callers at once, each of which does its part `each` times, one after the other.
fn callers<F: Future<Output = ()> + Send + 'static>(runtime: &Runtime, one: impl Fn(u64) -> F) {
    runtime.block_on(async {
        let mut tasks = JoinSet::new();
        for caller in 0..CALLERS {
            tasks.spawn(one(caller));
        }
        tasks.join_all().await;
    });
}

/// What is printed of a comparison, and what it is held to.
struct Shown {
    line: Vec<String>,
    target: Option<Target>,
}

impl Shown {
    fn of(what: &str, compared: &Compared) -> Self {
        Self { line: std::iter::once(what.to_owned()).chain(compared.line()).collect(), target: None }
    }

    fn at_least(self, what: &str, figure: f64, limit: f64) -> Self {
        Self { target: Some(Target::at_least(what, figure, limit)), ..self }
    }
}

type Part = fn(&Runtime) -> Vec<Shown>;

/// What can be asked for by name.
const PARTS: [(&str, Part); 4] =
    [("drain", drain::shown), ("counts", counts::shown), ("replies", replies::shown), ("leases", leases::shown)];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["--run", part, side, groups, at] => return instructions::run(part, side, groups, at),
        ["--count", parts @ ..] => return instructions::print(parts),
        _ => {}
    }
    if let Some(unknown) = arguments.iter().find(|argument| PARTS.iter().all(|(name, _)| name != argument)) {
        eprintln!("stores: there is no part `{unknown}`; there are drain, counts, replies and leases");
        return ExitCode::from(2);
    }
    let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    let chosen = PARTS.iter().filter(|(name, _)| arguments.is_empty() || arguments.iter().any(|part| part == name));
    let shown: Vec<Shown> = chosen.flat_map(|(_, part)| part(&runtime)).collect();
    let lines: Vec<Vec<String>> = shown.iter().map(|shown| shown.line.clone()).collect();
    table::print(
        &["what", "beside it, a second", "catga", "ratio", "beside it, processor us", "catga", "ratio"],
        &lines,
    );
    println!();
    let targets: Vec<Target> = shown.into_iter().filter_map(|shown| shown.target).collect();
    target::print(&targets);
    target::verdict(&targets)
}
