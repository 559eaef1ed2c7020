use std::process::ExitCode;

use serde::Serialize;

/// Something that is promised, and what was measured.
#[derive(Clone, Debug, Serialize)]
pub struct Target {
    pub what: String,
    pub figure: f64,
    pub limit: f64,
    pub holds: bool,
}

impl Target {
    pub fn at_most(what: impl Into<String>, figure: f64, limit: f64) -> Self {
        Self { what: what.into(), figure, limit, holds: figure <= limit }
    }

    pub fn at_least(what: impl Into<String>, figure: f64, limit: f64) -> Self {
        Self { what: what.into(), figure, limit, holds: figure >= limit }
    }

    pub fn below(what: impl Into<String>, figure: f64, limit: f64) -> Self {
        Self { what: what.into(), figure, limit, holds: figure < limit }
    }
}

/// Prints each with its figure.
pub fn print(targets: &[Target]) {
    let lines: Vec<_> = targets.iter().map(line).collect();
    crate::table::print(&["target", "figure", "limit", ""], &lines);
}

fn line(target: &Target) -> Vec<String> {
    let verdict = if target.holds { "holds" } else { "MISSED" };
    vec![target.what.clone(), format!("{:.2}", target.figure), format!("{:.2}", target.limit), verdict.into()]
}

/// Failure where one is missed.
pub fn verdict(targets: &[Target]) -> ExitCode {
    if targets.iter().all(|target| target.holds) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
