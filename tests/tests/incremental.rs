//! What a wrong program prints where rustc keeps what it knows from build to build, as it does for whoever writes a
//! program: one error, too. (`--test ui` compares the outputs, and builds without.)

mod cases;
mod fixture;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use cases::Case;
use fixture::Fixture;
use serde_json::Value;

/// The most lines of what is printed.
const LINES: usize = 20;

/// What the cases are made with.
const USES: &str = r#"
futures-util = { version = "0.3.34", default-features = false, features = ["std"] }
postcard-schema = { version = "0.2", features = ["derive"] }
serde = { version = "1", features = ["derive"] }
tokio = { version = "1.54", features = ["rt"] }
"#;

#[test]
fn every_mistake_is_one_error_in_an_incremental_build_too() {
    let cases = Case::errors();
    // What is built for other tests, too, is not built again.
    let package = Fixture::written("incremental", "crates");
    write(&package, &cases);
    let printed = printed(&package);
    let mut wrong = String::new();
    for case in &cases {
        let name = of(case);
        let errors = printed.get(&name).map_or(0, BTreeSet::len);
        let all: Vec<&str> = printed.get(&name).into_iter().flatten().map(String::as_str).collect();
        let lines = all.join("\n").trim_end().lines().count();
        if errors != 1 || lines > LINES {
            writeln!(wrong, "{name} prints {errors} errors in {lines} lines:\n{}", all.join("\n")).unwrap();
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// Writes each of the cases as a program of the package.
fn write(package: &Fixture, cases: &[Case]) {
    let catga = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("catga");
    let mut manifest = format!(
        "[workspace]\n[package]\nname = \"incremental\"\nversion = \"0.0.0\"\nedition = \"2024\"\nautobins = false\n\
         [dependencies]\ncatga = {{ path = {catga:?}, features = [\"full\"] }}{USES}"
    );
    let programs = package.root().join("src");
    fs::create_dir_all(&programs).unwrap();
    for case in cases {
        let name = of(case);
        write!(manifest, "[[bin]]\nname = \"{name}\"\npath = \"src/{name}.rs\"\n").unwrap();
        // Here, as a path from elsewhere is a long one, which rustc has more to say about.
        fs::copy(&case.wrong, programs.join(format!("{name}.rs"))).unwrap();
    }
    fs::write(package.root().join("Cargo.toml"), manifest).unwrap();
}

fn of(case: &Case) -> String {
    format!("{}-{}", case.group, case.name)
}

/// The errors of each program, as they are shown. The same one twice is shown once, by cargo.
fn printed(package: &Fixture) -> BTreeMap<String, BTreeSet<String>> {
    let check = ["check", "--bins", "--keep-going", "--message-format=json"];
    let output = package.command(&check).env("CARGO_INCREMENTAL", "1").output().expect("cargo starts");
    let mut errors = BTreeMap::<String, BTreeSet<String>>::new();
    let lines = String::from_utf8(output.stdout).unwrap();
    for message in lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()) {
        let said = &message["message"];
        // How many there were is an error, too, which is nowhere.
        let is_somewhere = said["spans"].as_array().is_some_and(|spans| !spans.is_empty());
        if said["level"] == "error" && is_somewhere {
            let program = message["target"]["name"].as_str().unwrap().to_owned();
            errors.entry(program).or_default().insert(said["rendered"].as_str().unwrap().to_owned());
        }
    }
    assert!(!errors.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    errors
}
