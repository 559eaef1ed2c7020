//! What the dispatch of bytes costs a program that serves nobody: nothing.

use std::fs;
use std::process::Command;

use crate::fixture::Fixture;

/// They stand in what reads messages, and nowhere else.
const READ: &[&str] = &["read by the table of a mediator", "read by the table of a contract"];

fn reads(program: &str) -> Vec<&'static str> {
    let program = Fixture::new("crates").target().join("debug").join(program);
    let output = Command::new(&program).output().expect("the program starts");
    assert!(output.status.success() && output.stdout == b"3\n", "{output:?}");
    let bytes = fs::read(&program).expect("the program is there");
    let holds = |text: &&&str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
    READ.iter().filter(holds).copied().collect()
}

/// Without optimization, so that it is not the optimizer that takes it out.
#[test]
fn a_mediator_that_is_not_served_holds_no_table() {
    Fixture::new("crates").succeed(&["build", "--quiet", "--package", "served", "--bins"]);
    assert_eq!(reads("serving"), READ, "else the search finds nothing anywhere");
    assert_eq!(reads("idle"), [""; 0]);
}
