//! Instructions, allocations and bytes of future an operation, by row; then the targets.
//!
//! `cargo run --profile bench -p catga-benches --bin figures -- [--json] [--only TEXT]`
//!
//! Instructions are callgrind's: it runs this program again for each row, once with `n` and once with
//! `2n` operations, and the difference is what the operations cost. The row `loop` is an empty operation;
//! it is taken off the others.

mod targets;

use std::process::ExitCode;

use catga_benches::allocations::Counted;
use catga_benches::figure::Figure;
use catga_benches::row::Row;
use catga_benches::{callgrind, rows, table, target};

#[global_allocator]
static ALLOCATOR: Counted = Counted;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let option = |name: &str| {
        let place = arguments.iter().position(|argument| argument == name)?;
        arguments.get(place + 1).map(String::as_str)
    };
    if let (Some(name), Some(times)) = (option("--row"), option("--times")) {
        return run(name, times);
    }
    let rows = rows::all();
    let only = option("--only").unwrap_or("");
    let chosen: Vec<Row> = rows.iter().filter(|row| row.name == "loop" || row.name.contains(only)).copied().collect();
    let figures = match measure(&chosen) {
        Ok(figures) => figures,
        Err(error) => {
            eprintln!("figures: {error}");
            return ExitCode::from(2);
        }
    };
    let targets = if only.is_empty() { targets::of(&figures) } else { Vec::new() };
    if arguments.iter().any(|argument| argument == "--json") {
        println!("{}", serde_json::json!({ "rows": figures, "targets": targets }));
    } else {
        table::print(&["row", "instructions", "allocations", "future, bytes"], &lines(&figures));
        println!();
        target::print(&targets);
    }
    target::verdict(&targets)
}

/// One row, as callgrind runs it.
fn run(name: &str, times: &str) -> ExitCode {
    let Some(row) = rows::all().into_iter().find(|row| row.name == name) else {
        eprintln!("figures: there is no row `{name}`");
        return ExitCode::from(2);
    };
    let Ok(times) = times.parse() else {
        eprintln!("figures: `{times}` is not a number of times");
        return ExitCode::from(2);
    };
    row.do_times(times);
    ExitCode::SUCCESS
}

fn measure(rows: &[Row]) -> Result<Vec<Figure>, callgrind::Error> {
    let mut figures = rows.iter().map(Figure::of).collect::<Result<Vec<_>, _>>()?;
    let empty = figures.iter().find(|figure| figure.row == "loop").map_or(0.0, |figure| figure.instructions);
    for (row, figure) in rows.iter().zip(&mut figures) {
        if row.is_looped && row.name != "loop" {
            figure.instructions -= empty;
        }
    }
    Ok(figures)
}

fn lines(figures: &[Figure]) -> Vec<Vec<String>> {
    let line = |figure: &Figure| {
        vec![
            figure.row.into(),
            format!("{:.1}", figure.instructions),
            format!("{:.1}", figure.allocations),
            figure.future.to_string(),
        ]
    };
    figures.iter().map(line).collect()
}
