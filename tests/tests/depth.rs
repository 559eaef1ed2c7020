//! How many handlers in a row may send to the next before rustc stops at its recursion limit. The
//! chains are built, and run; they are checked, too, as `cargo check` and clippy would meet the limit
//! earlier: they begin with the outermost future, a build with the innermost.

mod fixture;

use std::fs;
use std::path::Path;

use fixture::Fixture;

#[track_caller]
fn runs(chain: &str, hops: u32) {
    runs_with("", chain, hops);
}

#[track_caller]
fn runs_with(feature: &str, chain: &str, hops: u32) {
    let crates = Fixture::new("crates");
    for profile in ["dev", "release"] {
        let run = ["run", "--quiet", "--package", "depth", "--features", feature, "--bin", chain, "--profile", profile];
        assert_eq!(crates.succeed(&run), format!("{hops} hops\n"), "{profile}");
    }
}

#[track_caller]
fn checks(chain: &str) {
    checks_with("", chain);
}

#[track_caller]
fn checks_with(feature: &str, chain: &str) {
    let check = ["check", "--quiet", "--package", "depth", "--features", feature, "--bin", chain];
    Fixture::new("crates").succeed(&check);
}

/// It fails as the rule `CATGA076` says, and as nothing else: once where it is checked. A build lays out the futures inside
/// of a chain by themselves, too, and rustc says it of each that is too deep.
#[track_caller]
fn is_too_deep(command: &str, feature: &str, chain: &str) {
    let build = [command, "--quiet", "--package", "depth", "--features", feature, "--bin", chain];
    let errors = Fixture::new("crates").fail(&build);
    let mut heads = errors.lines().filter(|line| line.starts_with("error")).collect::<Vec<_>>();
    assert!(heads.pop().is_some_and(|last| last.starts_with("error: could not compile `depth`")), "{errors}");
    assert!(heads.len() == 1 || command == "build" && !heads.is_empty(), "{errors}");
    for head in heads {
        assert_eq!(head, format!("error: {OVERFLOW}!"), "{errors}");
    }
}

/// What rustc prints.
const OVERFLOW: &str = "queries overflow the depth limit";

fn page(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap()
}

fn prose(name: &str) -> String {
    page(name).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Each number that the README names is one of a test below.
#[test]
fn the_readme_names_what_is_tested_here() {
    let readme = prose("../README.md");
    for claim in [
        "forty handlers in a row fit, or twenty under many behaviors, for `cargo check` and for a build",
        "generic mediator, of which eleven handlers fit, or five under many behaviors",
        "one of events that set off the next, of which seven fit",
        "mediators inside of one another, of which twelve fit",
    ] {
        assert!(readme.contains(claim), "{claim}");
    }
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
    runs("long", 40);
    checks("long_production");
    runs("long_production", 20);
}

/// It cannot see that of a generic one, so there the limit is met.
#[test]
fn eleven_handlers_of_a_generic_mediator_need_no_limit_and_twelve_do() {
    checks("generic");
    runs("generic", 11);
    is_too_deep("check", "one_more", "generic");
    is_too_deep("build", "one_more", "generic");
}

#[test]
fn five_handlers_of_a_generic_mediator_under_a_production_pipeline_need_no_limit_and_six_do() {
    checks("generic_production");
    runs("generic_production", 5);
    is_too_deep("check", "one_more", "generic_production");
    is_too_deep("build", "one_more", "generic_production");
}

#[test]
fn seven_events_in_a_row_need_no_limit_and_eight_do() {
    checks("events");
    runs("events", 7);
    is_too_deep("check", "one_more", "events");
}

#[test]
fn twelve_mediators_inside_of_one_another_need_no_limit_and_thirteen_do() {
    checks("nested");
    runs("nested", 12);
    is_too_deep("check", "one_more", "nested");
}

/// Chains that are too deep as they are.
const TWENTY: [&str; 3] = ["generic_twenty", "events_twenty", "nested_twenty"];

#[test]
fn twenty_need_a_limit() {
    for chain in TWENTY {
        is_too_deep("check", "", chain);
    }
    for chain in ["generic_twenty", "events_twenty"] {
        is_too_deep("build", "", chain);
    }
}

#[test]
fn twenty_fit_in_a_higher_limit() {
    for chain in TWENTY {
        checks_with("raised", chain);
        runs_with("raised", chain, 20);
    }
}

#[test]
fn twenty_that_are_boxed_need_no_limit() {
    for chain in TWENTY {
        checks_with("boxed", chain);
        runs_with("boxed", chain, 20);
    }
}

/// What rustc prints is in the catalogue; there and in the README are the ways out that are taken here.
#[test]
fn the_ways_out_are_those_that_are_named() {
    for named in ["../catga/rules/CATGA076.md", "../README.md"] {
        for part in [OVERFLOW, r#"`#![recursion_limit = "1024"]`"#, "pipeline entry `Boxed`"] {
            assert!(prose(named).contains(part), "{named}: {part}");
        }
    }
    for chain in TWENTY {
        let program = page(&format!("crates/depth/src/bin/{chain}.rs"));
        for part in [r#"recursion_limit = "1024""#, "#[pipeline(Boxed"] {
            assert!(program.contains(part), "{chain}: {part}");
        }
    }
}
