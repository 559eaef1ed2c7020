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

#[cfg(test)]
mod tests {
    use super::*;

    /// A program's exit code shows no more than this.
    fn code(targets: &[Target]) -> String {
        format!("{:?}", verdict(targets))
    }

    #[test]
    fn one_that_is_missed_is_a_failure() {
        let holds = [Target::at_most("times", 4.0, 4.0), Target::below("seconds", 3.9, 4.0)];
        assert_eq!(code(&holds), format!("{:?}", ExitCode::SUCCESS));
        for missed in [Target::at_most("times", 4.01, 4.0), Target::below("seconds", 4.0, 4.0)] {
            assert!(!missed.holds);
            assert_eq!(code(&[holds[0].clone(), missed]), format!("{:?}", ExitCode::FAILURE));
        }
    }
}
