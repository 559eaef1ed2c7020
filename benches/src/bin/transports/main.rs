//! Requests and replies of 64 bytes over the transports, beside the raw things below them, in one run: in memory beside
//! a channel pair, over a Unix socket beside the bare codec and beside the least that tells callers apart; one and 64
//! in flight.
//!
//! `cargo run --profile bench -p catga-benches --bin transports`: both sides take turns in short slices; ratios are medians
//! over the slices. It is time, so it is worth most on a machine that does nothing else; `figures` counts the instructions
//! of a request in memory, and holds them to a target.

use std::time::Duration;

use catga_benches::table;
use catga_benches::transports::{self, IN_FLIGHT};
use catga_benches::turns::{self, Taken, compare};

const SLICE: Duration = Duration::from_millis(200);

/// What two sides come to, the raw one first.
fn line(what: String, raw: impl Fn(u64) -> Duration, ours: impl Fn(u64) -> Duration) -> Vec<String> {
    let slice = |side: &dyn Fn(u64) -> Duration, times: u64| {
        Taken::by(times, || {
            side(times);
        })
    };
    let each = turns::fitting(SLICE, |times| slice(&raw, times));
    let compared = compare(each, |times| slice(&raw, times), |times| slice(&ours, times));
    std::iter::once(what).chain(compared.line()).collect()
}

fn main() {
    let runtime = transports::runtime();
    let mut lines = Vec::new();
    for callers in IN_FLIGHT {
        lines.push(line(
            format!("in memory, {callers} in flight, beside a channel pair"),
            transports::channel_pair(&runtime, callers),
            transports::memory(&runtime, callers),
        ));
    }
    for callers in IN_FLIGHT {
        lines.push(line(
            format!("over a Unix socket, {callers} in flight, beside the bare codec"),
            transports::bare_codec(&runtime, callers),
            transports::unix(&runtime, callers),
        ));
        lines.push(line(
            format!("over a Unix socket, {callers} in flight, beside the codec and numbers"),
            transports::codec_and_numbers(&runtime, callers),
            transports::unix(&runtime, callers),
        ));
    }
    table::print(
        &[
            "a request and its reply",
            "beside it, a second",
            "catga",
            "ratio",
            "beside it, processor us",
            "catga",
            "ratio",
        ],
        &lines,
    );
}
