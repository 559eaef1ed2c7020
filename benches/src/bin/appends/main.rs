//! Durable appends beside raw redb, made quiet: what a row costs, and what it takes.
//!
//! - `cargo run --profile bench -p catga-benches --bin appends`: instructions a row, on one thread, with the
//!   groups made by hand, counted by callgrind.
//! - `.. --bin appends -- --time`: rows a second and processor time a row. The two take turns in short slices, so
//!   that whatever slows the machine down slows both down; the ratio is the median of those of the slices.
//!
//! The files are in `CATGA_BENCH_FOLDER`, or where the system has temporary files.

mod count;
mod time;

use std::path::PathBuf;
use std::process::ExitCode;

use tempfile::TempDir;

const WRITERS: [u64; 3] = [1, 8, 64];
const BATCHES: [u64; 3] = [1, 10, 100];

fn folder() -> TempDir {
    let at = std::env::var_os("CATGA_BENCH_FOLDER").map_or_else(std::env::temp_dir, PathBuf::from);
    tempfile::tempdir_in(at).expect("a folder")
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        [] => count::print(),
        ["--run", side, writers, batch, groups] => count::run(side, writers, batch, groups),
        ["--time"] => time::print(),
        _ => {
            eprintln!("appends: nothing, or `--time`");
            ExitCode::from(2)
        }
    }
}
