//! `#[cfg]` on messages, methods and fields: what is there answers, under every combination of features.

use crate::fixture::Fixture;

fn answers_with(features: &str) {
    let arguments = ["run", "--quiet", "--package", "switches", "--features", features];
    assert_eq!(Fixture::new("crates").succeed(&arguments), "switches: all answers are right\n");
}

#[test]
fn without_features() {
    answers_with("");
}

#[test]
fn with_one_feature() {
    answers_with("fast");
    answers_with("small");
}

#[test]
fn with_all_features() {
    answers_with("fast,small");
}
