//! How many handlers in a row may send to the next before rustc stops at its recursion limit. The
//! chains are built, and run; they are checked, too, as `cargo check` and clippy would meet the limit
//! earlier: they begin with the outermost future, a build with the innermost.

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
    checks("plain");
}

#[test]
fn five_handlers_under_a_production_pipeline_need_no_limit() {
    runs("production", 5);
    checks("production");
}

/// The mediator has the inner ends of its chains laid out first.
#[test]
fn long_chains_that_a_mediator_can_see_need_no_limit() {
    checks("long");
    checks("long_production");
    runs("long_production", 20);
}

#[test]
fn twenty_handlers_fit_in_a_higher_limit() {
    runs("raised", 20);
    checks("raised");
}

#[test]
fn twenty_handlers_that_are_boxed_need_no_limit() {
    runs("boxed", 20);
    checks("boxed");
}
