//! Mediators whose parts are in other crates, and a runtime that is known under other names.

use crate::fixture::Fixture;

fn run(arguments: &[&str]) -> String {
    Fixture::new("crates").succeed(&[&["run", "--quiet"], arguments].concat())
}

#[test]
fn messages_sets_and_an_inner_mediator_come_from_four_crates() {
    assert_eq!(run(&["--package", "shop"]), "shop: all answers are right\n");
}

#[test]
fn a_generic_set_of_another_crate_stands_twice() {
    assert_eq!(run(&["--package", "shop", "--bin", "generic"]), "generic: all answers are right\n");
}

#[test]
fn the_runtime_has_another_name() {
    assert_eq!(run(&["--package", "renamed"]), "renamed: all answers are right\n");
}

#[test]
fn the_runtime_has_two_names_in_two_crates() {
    assert_eq!(run(&["--package", "renamed_shop"]), "renamed shop: all answers are right\n");
}

#[test]
fn the_runtime_is_known_through_a_facade() {
    assert_eq!(run(&["--package", "facade_user"]), "facade: all answers are right\n");
}

#[test]
fn a_public_mediator_has_private_parts() {
    assert_eq!(run(&["--package", "private"]), "private: all answers are right\n");
}

#[test]
fn no_lint_finds_an_expansion() {
    let crates = Fixture::new("crates");
    crates.succeed(&["clippy", "--quiet", "--package", "lints"]);
    crates.succeed(&["run", "--quiet", "--package", "lints"]);
}
