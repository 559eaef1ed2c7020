//! What a table costs a program that does not ask for it: nothing.

use std::fs;
use std::process::Command;

use crate::fixture::Fixture;

/// They stand in a table and nowhere else: a symbol has another separator, a literal no parentheses.
const TOLD: &[&str] =
    &["Ledger::spelled_in_the_table", "Timeout::secs(4_321)", "ledger.told_by_the_table", "a_field_of_the_table"];

fn told(program: &str, profile: &str) -> Vec<&'static str> {
    let program = Fixture::new("crates").target().join(profile).join(program);
    let output = Command::new(&program).output().expect("the program starts");
    assert!(output.stdout.starts_with(b"3\n"), "{output:?}");
    let bytes = fs::read(&program).expect("the program is there");
    let holds = |text: &&&str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
    TOLD.iter().filter(holds).copied().collect()
}

/// Without optimization, so that it is not the optimizer that takes it out; without debugging information,
/// which has the names of fields.
#[test]
fn a_program_that_does_not_ask_holds_no_table() {
    let build = ["build", "--quiet", "--package", "described", "--bins", "--config", "profile.dev.debug=false"];
    Fixture::new("crates").succeed(&build);
    assert_eq!(told("telling", "debug"), TOLD, "else the search finds nothing anywhere");
    assert_eq!(told("silent", "debug"), [""; 0]);
}
