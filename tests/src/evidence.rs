use std::fmt::Display;
use std::fs::OpenOptions;
use std::io::Write as _;

/// Notes what a test has counted, where `CATGA_EVIDENCE` names a file for it: `tests/long.sh` makes the page
/// `tests/EVIDENCE.md` of these.
///
/// # Panics
/// Where the file cannot be written: a figure that is lost would look like a test that did not run.
pub fn evidence(what: &str, figure: impl Display) {
    let Some(path) = std::env::var_os("CATGA_EVIDENCE") else { return };
    // One write a line, so that tests which run side by side do not mix their lines.
    let line = format!("| {what} | {figure} |\n");
    let mut file = OpenOptions::new().append(true).create(true).open(path).expect("the file of CATGA_EVIDENCE opens");
    file.write_all(line.as_bytes()).expect("the file of CATGA_EVIDENCE takes a line");
}

/// A number from the environment for a long run, or that of the sample that runs with all other tests.
///
/// # Panics
/// Where the variable is no number.
pub fn runs(variable: &str, sample: u64) -> u64 {
    match std::env::var(variable) {
        Ok(runs) => runs.parse().unwrap_or_else(|_| panic!("{variable} is a number of runs, and not `{runs}`")),
        Err(_) => sample,
    }
}
