//! The program's command line and how it ends.

use std::net::TcpListener;
use std::process::Output;

use crate::folder::Folder;
#[cfg(unix)]
use crate::payments::Payments;
use crate::program::PATIENT;
use crate::running::command;

/// Runs the program to its end: how it ended, and what it printed and logged.
pub(crate) fn run(arguments: &[&str]) -> (Output, String, String) {
    let output = command().args(arguments).output().expect("the program starts");
    let [stdout, stderr] = [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text).into_owned());
    (output, stdout, stderr)
}

#[test]
fn the_demo_runs_to_its_end() {
    let data = Folder::new();
    #[cfg(unix)]
    let payments = Payments::start(PATIENT, &["--data", &data.path("")]);
    let places = [
        "inside",
        "memory",
        #[cfg(unix)]
        payments.path(),
    ];
    for place in places {
        let (output, stdout, stderr) =
            run(&["--demo", "--log", "off", "--patience", &PATIENT.charge.to_string(), "--payments", place]);
        assert!(output.status.success(), "{place}: {stdout}{stderr}");
        assert!(stdout.contains("payment.declined"), "{stdout}");
        assert_eq!(stderr, "");
    }
}

#[cfg(unix)]
#[test]
fn a_path_in_use_is_named() {
    let (data, other) = (Folder::new(), Folder::new());
    let payments = Payments::start(PATIENT, &["--data", &data.path("")]);
    let (output, stdout, stderr) = run(&["payments", "--socket", payments.path(), "--data", &other.path("")]);
    assert!(!output.status.success());
    assert!(stderr.contains(&format!("cannot listen at {}", payments.path())), "{stderr}");
    assert_eq!(stdout, "");
}

#[test]
fn arguments_that_make_no_sense_are_named() {
    for (arguments, named) in [
        (&["--listen", "nonsense"] as &[&str], "`nonsense` is not an address"),
        (&["--listen"], "--listen needs an address"),
        (&["--data"], "--data needs a folder"),
        (&["--unpaid-after", "soon"], "--unpaid-after needs a number"),
        (&["--patience"], "--patience needs a number"),
        (&["payments", "--patience", "0"], "--patience needs a number"),
        (&["payments", "--lease", "3"], "unknown argument `--lease`"),
        (&["bank", "--patience", "3"], "unknown argument `--patience`"),
        (&["bank", "--socket", "bank.sock"], "unknown argument `--socket`"),
        (&["backup"], "backup needs the path"),
        (&["restore", "a", "--above", "all"], "--above needs an epoch"),
        (&["backup", "a", "--above", "1"], "unknown argument `--above`"),
        (&["--data", "a", "sell"], "unknown argument `sell`"),
        (&["restore"], "restore needs the path"),
        (&["confirm", "it"], "unknown argument `it`"),
        (&["check", "all"], "unknown argument `all`"),
        (&["--log", "loud"], "--log needs a level"),
        (&["--fast"], "unknown argument `--fast`"),
        (&["sell"], "unknown argument `sell`"),
        (&["--payments"], "--payments needs a place"),
        (&["payments"], "payments need a path: --socket"),
        (&["payments", "--socket"], "payments need a path: --socket"),
        (&["payments", "--demo"], "unknown argument `--demo`"),
        (&["shop", "--socket", "payments.sock"], "unknown argument `--socket`"),
    ] {
        let (output, stdout, stderr) = run(arguments);
        assert!(!output.status.success(), "{arguments:?}");
        assert!(stderr.contains(named), "{stderr}");
        assert_eq!(stdout, "");
    }
}

#[test]
fn a_port_in_use_is_named() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let data = Folder::new();
    let (output, stdout, stderr) = run(&["--listen", &address, "--data", &data.path("")]);
    assert!(!output.status.success());
    assert!(stderr.contains(&format!("cannot listen on {address}")), "{stderr}");
    assert_eq!(stdout, "");
}

#[test]
fn help_is_printed() {
    let (output, stdout, _) = run(&["--help"]);
    assert!(output.status.success());
    assert!(
        stdout.contains("--listen ADDRESS") && stdout.contains("--socket PATH") && stdout.contains("admin.sock"),
        "{stdout}"
    );
}
