//! What takes a feature of ours that is not there: one error, which names it.

use crate::fixture::Fixture;

/// The error of a program, in one piece.
#[track_caller]
fn error_of(program: &str) -> String {
    let check = ["check", "--quiet", "--package", "featureless", "--bin", program];
    let errors = Fixture::new("crates").fail(&check);
    let heads = errors.lines().filter(|line| line.starts_with("error")).count();
    assert_eq!(heads, 2, "one mistake is one error, and one line of cargo's:\n{errors}");
    errors
}

#[test]
fn a_mediator_that_serves_names_its_feature() {
    let error = error_of("serves");
    assert!(error.contains("CATGA102: `serves` is there with the feature `wire` of catga"), "{error}");
    assert!(error.contains("featureless/src/bin/serves.rs:15:12"), "{error}");
}

#[test]
fn a_contract_names_its_feature() {
    let error = error_of("contract");
    assert!(error.contains("CATGA102: `#[contract]` is there with the feature `wire` of catga"), "{error}");
    assert!(error.contains("featureless/src/bin/contract.rs:9:12"), "{error}");
}

#[test]
fn of_what_is_imported_rustc_names_the_feature() {
    let error = error_of("codec");
    assert!(error.contains("the item is gated behind the `json` feature"), "{error}");
}
