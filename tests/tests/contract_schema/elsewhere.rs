//! A contract of another crate, checked by a program of a third, as a user runs it.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use crate::fixture::Fixture;

fn run(program: &Path, file: &Path, accept: Option<&str>) -> (bool, String) {
    let mut command = Command::new(program);
    command.arg(file).env_remove("CATGA_SCHEMA");
    if let Some(accept) = accept {
        command.env("CATGA_SCHEMA", accept);
    }
    let Output { status, stderr, .. } = command.output().unwrap();
    (status.success(), String::from_utf8(stderr).unwrap())
}

#[test]
fn a_contract_of_another_crate_is_checked_as_the_environment_says() {
    let crates = Fixture::new("crates");
    crates.succeed(&["build", "--quiet", "--package", "agreed_user"]);
    let program = crates.target().join("debug/agreed_user");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("agreed.txt");

    let (passes, text) = run(&program, &file, None);
    assert!(!passes && text.contains("was not there and is written"), "{text}");
    assert!(text.contains("agreed_user/src/main.rs"), "it panics at the user's place: {text}");
    assert_eq!(run(&program, &file, None), (true, String::new()));

    let now = fs::read_to_string(&file).unwrap();
    let was = now.replace("Agree.cents: u32", "Agree.cents: i64");
    fs::write(&file, &was).unwrap();
    for accept in [None, Some("write")] {
        let (passes, text) = run(&program, &file, accept);
        assert!(!passes && text.contains("Agree.cents: i64 became u32: "), "{text}");
        assert_eq!(fs::read_to_string(&file).unwrap(), was);
    }
    let (passes, text) = run(&program, &file, Some("yes"));
    assert!(!passes && text.contains("`CATGA_SCHEMA` is `yes`"), "{text}");
    assert_eq!(run(&program, &file, Some("break")), (true, String::new()));
    assert_eq!(fs::read_to_string(&file).unwrap(), now);
}

#[test]
fn the_file_lies_in_the_package_of_the_test() {
    Fixture::new("crates").succeed(&["test", "--quiet", "--package", "agreed_user"]);
}
