//! A program without `std` and `alloc`: it links, runs, and gives the right answers.

mod fixture;

use std::process::Command;

use fixture::Fixture;

/// The program, built.
fn program() -> std::path::PathBuf {
    let fixture = Fixture::new("no_std");
    fixture.succeed(&["build", "--quiet", "--release"]);
    fixture.target().join("release/bare")
}

#[test]
fn all_answers_are_right() {
    let status = Command::new(program()).status().expect("the program starts");
    // Its code is the number of the first answer that is wrong.
    assert_eq!(status.code(), Some(0));
}

#[test]
fn nothing_of_std_or_alloc_is_linked() {
    let program = program();
    let symbols = Command::new("nm").args(["--demangle", "--format=posix"]).arg(&program).output().expect("nm starts");
    assert!(symbols.status.success(), "nm failed");
    let symbols = String::from_utf8_lossy(&symbols.stdout).into_owned();
    // Those of the handlers are there, so the list is one of names.
    assert!(symbols.contains("main"), "{symbols}");
    let foreign = ["alloc::", "std::", "__rust_alloc", "__rdl_alloc", "malloc", "pthread"];
    let linked: Vec<&str> = symbols.lines().filter(|line| foreign.iter().any(|name| line.contains(name))).collect();
    assert!(linked.is_empty(), "{linked:#?}");
}

#[test]
fn no_feature_brings_std_or_alloc() {
    let tree = Fixture::new("no_std").succeed(&[
        "tree",
        "--edges",
        "normal,features,no-proc-macro",
        "--prefix",
        "none",
        "--format",
        "{p} {f}",
    ]);
    assert!(tree.contains("catga v"), "{tree}");
    let brought: Vec<&str> =
        tree.lines().filter(|line| line.split([' ', ',', '"']).any(|word| word == "std" || word == "alloc")).collect();
    assert!(brought.is_empty(), "{brought:#?}");
}
