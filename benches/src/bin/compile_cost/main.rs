//! What `cargo check` takes: generated messages, a handler and a sending function each, in Catga, in
//! medi-rs, and as plain functions.
//!
//! `cargo run --release -p catga-benches --bin compile_cost -- [--json] [--sizes 400,1000] [--keep]`
//!
//! Seconds are processor seconds in user mode of cargo and all that it starts, so that other work on the
//! machine counts little. Dependencies are built first; then a crate is touched and checked three times,
//! not incrementally, and the median counts. `--keep` leaves the crates where they are, to be profiled.

mod check;
mod krate;
mod workspace;

use std::process::ExitCode;

use catga_benches::table;
use catga_benches::target::{self, Target};
use serde::Serialize;

use check::Seconds;
use krate::Style;
use workspace::Workspace;

/// The seconds of one generated crate.
#[derive(Serialize)]
struct Cost {
    style: Style,
    messages: usize,
    seconds: Seconds,
}

/// How many times the plain functions' seconds are allowed, by number of messages.
const LIMITS: [(usize, f64); 2] = [(400, 4.0), (1_000, 6.0)];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let sizes = arguments.iter().position(|argument| argument == "--sizes").and_then(|place| arguments.get(place + 1));
    let sizes: Vec<usize> = match sizes {
        Some(sizes) => sizes.split(',').filter_map(|size| size.parse().ok()).collect(),
        None => LIMITS.map(|(messages, _)| messages).to_vec(),
    };
    let costs = match measure(&sizes, arguments.iter().any(|argument| argument == "--keep")) {
        Ok(costs) => costs,
        Err(error) => {
            eprintln!("compile_cost: {error}");
            return ExitCode::from(2);
        }
    };
    let targets = targets(&costs);
    if arguments.iter().any(|argument| argument == "--json") {
        println!("{}", serde_json::json!({ "checks": costs, "targets": targets }));
    } else {
        print(&costs);
        println!();
        target::print(&targets);
    }
    target::verdict(&targets)
}

fn measure(sizes: &[usize], is_kept: bool) -> Result<Vec<Cost>, check::Error> {
    let workspace = Workspace::generate(sizes, is_kept)?;
    let mut costs = Vec::new();
    for &messages in sizes {
        let seconds = check::seconds(&workspace, &Style::ALL, messages)?;
        costs.extend(Style::ALL.into_iter().zip(seconds).map(|(style, seconds)| Cost { style, messages, seconds }));
    }
    Ok(costs)
}

fn of(costs: &[Cost], style: Style, messages: usize) -> Seconds {
    let found = costs.iter().find(|cost| cost.style == style && cost.messages == messages);
    found.map_or(Seconds::NONE, |cost| cost.seconds)
}

fn print(costs: &[Cost]) {
    let line = |cost: &Cost| {
        let plain = of(costs, Style::Plain, cost.messages);
        vec![
            cost.style.title().into(),
            cost.messages.to_string(),
            format!("{:.2}", cost.seconds.get()),
            format!("{:.1}", cost.seconds.over(plain)),
        ]
    };
    let lines: Vec<_> = costs.iter().map(line).collect();
    table::print(&["check", "messages", "user seconds", "times plain"], &lines);
}

fn targets(costs: &[Cost]) -> Vec<Target> {
    let mut targets = Vec::new();
    for (messages, limit) in LIMITS {
        if !costs.iter().any(|cost| cost.messages == messages) {
            continue;
        }
        let seconds = |style| of(costs, style, messages);
        let what = format!("{messages} messages: times the plain functions");
        targets.push(Target::at_most(what, seconds(Style::Catga).over(seconds(Style::Plain)), limit));
        let what = format!("{messages} messages: seconds below medi-rs");
        targets.push(Target::below(what, seconds(Style::Catga).get(), seconds(Style::Medi).get()));
    }
    targets
}
