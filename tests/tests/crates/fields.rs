//! How many handler sets one mediator takes.

use crate::fixture::Fixture;

fn answering(features: &str) -> String {
    Fixture::new("crates").succeed(&["run", "--quiet", "--package", "fields", "--features", features])
}

#[test]
fn a_hundred_sets_answer() {
    assert_eq!(answering(""), "fields: 100 sets answer\n");
}

#[test]
fn as_many_as_there_may_be_answer() {
    assert_eq!(answering("most"), "fields: 120 sets answer\n");
}

#[test]
fn one_more_is_an_error_that_says_so() {
    let errors = Fixture::new("crates").fail(&["build", "--quiet", "--package", "fields", "--features", "too_many"]);
    let heads: Vec<&str> = errors.lines().filter(|line| line.starts_with("error")).collect();
    assert!(heads[0].starts_with("error: CATGA043: "), "{errors}");
    assert_eq!(heads.len(), 2, "one mistake is one error, and one line of cargo's:\n{errors}");
}
