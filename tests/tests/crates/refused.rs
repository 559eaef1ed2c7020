//! Rules that ask for more than the cases' programs can show: their ids, and how often each is printed.

use crate::fixture::Fixture;

/// The heads of what a program's errors say, without cargo's own.
#[track_caller]
fn errors_of(command: &str, program: &str) -> Vec<String> {
    let errors = Fixture::new("crates").fail(&[command, "--quiet", "--package", "refused", "--bin", program]);
    let heads = errors.lines().filter(|line| line.starts_with("error") && !line.contains("could not compile"));
    heads.map(str::to_owned).collect()
}

#[test]
fn a_consumer_without_an_inbox_is_one_error_of_a_build() {
    let [error] = &errors_of("build", "inbox")[..] else { panic!("not one error") };
    assert!(error.contains("CATGA120: `Paid` asks for QoS 2"), "{error}");
}

/// rustc prints it at the store, at the call and at its block.
#[test]
fn what_is_no_store_of_effects_is_three_errors_of_one_text() {
    let errors = errors_of("check", "effects");
    assert_eq!(errors.len(), 3, "{errors:?}");
    assert!(errors.iter().all(|error| error.contains("CATGA118: `Arc<Store<Main>>` is no store")), "{errors:?}");
}
