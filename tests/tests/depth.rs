//! How many handlers in a row may send to the next before rustc stops at its recursion limit. The
//! chains are built, and run; they are checked, too, as `cargo check` and clippy meet the limit earlier:
//! they begin with the outermost future, a build with the innermost.

mod fixture;

use fixture::Fixture;

#[track_caller]
fn runs(chain: &str, hops: u32) {
    let crates = Fixture::new("crates");
    for profile in ["dev", "release"] {
        let arguments = ["run", "--quiet", "--package", "depth", "--bin", chain, "--profile", profile];
        assert_eq!(crates.succeed(&arguments), format!("{hops} hops\n"), "{profile}");
    }
}

#[track_caller]
fn checks(chain: &str) {
    Fixture::new("crates").succeed(&["check", "--quiet", "--package", "depth", "--bin", chain]);
}

#[test]
fn twelve_handlers_need_no_limit() {
    runs("plain", 12);
}

#[test]
fn five_handlers_under_a_production_pipeline_need_no_limit() {
    runs("production", 5);
}

#[test]
fn twenty_handlers_need_a_higher_limit() {
    runs("raised", 20);
}

#[test]
fn twenty_handlers_that_are_boxed_need_no_limit() {
    runs("boxed", 20);
}

/// A check asks for the layout of the outermost future first, and so gets one hop less far.
#[test]
fn eleven_handlers_are_checked_without_a_limit() {
    checks("checked");
}

#[test]
fn five_handlers_under_a_production_pipeline_are_checked_without_a_limit() {
    checks("production");
}

#[test]
fn twenty_handlers_are_checked() {
    checks("raised");
    checks("boxed");
}
