//! A new user's first minutes: a fresh crate, the dependency, the README's code.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::{Command, Output};
use std::{env, fs};

/// The blocks of a language, without the lines that rustdoc hides.
fn blocks(readme: &str, language: &str) -> Vec<String> {
    let mut lines = readme.lines();
    let mut blocks = Vec::new();
    while lines.by_ref().any(|line| line.strip_prefix("```") == Some(language)) {
        let block = lines.by_ref().take_while(|line| *line != "```").filter(|line| !line.starts_with("# "));
        blocks.push(block.map(|line| format!("{line}\n")).collect());
    }
    blocks
}

/// The first block of Rust.
fn first_screen(readme: &str) -> String {
    blocks(readme, "rust").swap_remove(0)
}

/// How cargo ends, with a fresh crate whose only file is this, and which depends on what the README writes into block
/// number `dependencies` of a manifest.
fn cargo(command: &str, name: &str, dependencies: usize, (file, code): (&str, &str)) -> Output {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().unwrap();
    let fresh = Path::new(env!("CARGO_TARGET_TMPDIR")).join("readme");
    let root = fresh.join(name);
    fs::create_dir_all(root.join("src")).unwrap();
    let mut written = blocks(&readme(), "toml").swap_remove(dependencies);
    if !written.contains("[dependencies]") {
        written = format!("[dependencies]\n{written}");
    }
    let version = env!("CARGO_PKG_VERSION").rsplit_once('.').unwrap().0;
    let released = [format!("catga = \"{version}\"\n"), format!("catga = {{ version = \"{version}\", ")];
    let here = format!("path = {:?}", repository.join("catga"));
    let built = written
        .replace(&released[0], &format!("catga = {{ {here} }}\n"))
        .replace(&released[1], &format!("catga = {{ {here}, "));
    assert_eq!(built.matches(&here).count(), 1, "the README depends on this version:\n{written}");
    let manifest =
        format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n{built}\n[workspace]\n");
    fs::write(root.join("Cargo.toml"), manifest).unwrap();
    fs::copy(repository.join("Cargo.lock"), root.join("Cargo.lock")).unwrap();
    fs::write(root.join("src").join(file), code).unwrap();

    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut run = Command::new(cargo);
    run.current_dir(&root).args([command, "--quiet", "--color", "never"]);
    run.env("CARGO_TARGET_DIR", fresh.join("target")).env("CARGO_NET_OFFLINE", "true").output().unwrap()
}

/// What it prints when it runs.
fn run(name: &str, code: &str) -> String {
    let output = cargo("run", name, 0, ("main.rs", code));
    let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{stderr}");
    assert_eq!(stderr, "", "not a warning");
    stdout.into_owned()
}

fn readme() -> String {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    fs::read_to_string(repository.join("README.md")).unwrap()
}

#[test]
fn the_first_screen_runs_in_a_fresh_crate() {
    let code = first_screen(&readme());
    assert!(code.contains("#[mediator]"), "the README begins with a mediator");
    assert_eq!(run("fresh", &code), "receipt 4200\n");
}

/// The other blocks are parts of a library, each with its own dependencies.
#[test]
fn what_goes_beyond_one_process_compiles_in_fresh_crates() {
    let code = blocks(&readme(), "rust");
    assert_eq!(code.len(), 3, "each block has a fresh crate");
    for (number, name, part) in [(1, "two_processes", "Remote<"), (2, "survives", "Transactional(")] {
        assert!(code[number].contains(part), "block {number} is {name}");
        let output = cargo("check", name, number, ("lib.rs", &code[number]));
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && stderr.is_empty(), "{name}: {stderr}");
    }
}

#[test]
fn the_table_that_is_shown_is_the_one_of_the_first_screen() {
    let readme = readme();
    let asks =
        first_screen(&readme).replace("    let breaker", "    print!(\"{}\", Shop::describe());\n    let breaker");
    let printed = run("described", &asks);
    let table = printed.trim_end_matches("receipt 4200\n");
    assert!(table.starts_with("mediator Shop"), "{printed}");
    assert!(readme.contains(&format!("```text\n{table}```\n")), "write this into the README:\n{table}");
}

/// The first screen with something wrong is one error, the one that is shown.
fn goes_wrong(name: &str, changes: &[(&str, &str)]) {
    let readme = readme();
    let mut code = first_screen(&readme);
    for (right, wrong) in changes {
        assert!(code.contains(right), "`{right}` is not on the first screen");
        code = code.replace(right, wrong);
    }
    let output = cargo("check", name, 0, ("main.rs", &code));
    assert!(!output.status.success(), "{name} is wrong");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(stderr.matches("\nerror").count(), 1, "one error, and that cargo gives up: {stderr}");
    let error = stderr.split("\n\n").next().unwrap();
    assert!(readme.contains(&format!("```text\n{error}\n```\n")), "write this into the README:\n{error}");
}

#[test]
fn a_set_that_is_left_out_prints_what_is_shown() {
    let construction = "    let breaker = CircuitBreaker::new(5, std::time::Duration::from_secs(30));\n";
    let changes = [(", payments: Payments,", ","), (construction, ""), ("payments: Payments { breaker }, ", "")];
    goes_wrong("left_out", &changes);
}

#[test]
fn a_message_that_nobody_handles_prints_what_is_shown() {
    let refund = "#[command]\npub struct Refund;\n\n#[event]\npub struct OrderPlaced";
    let sent = "    let _ = shop.send(Refund).await;\n    assert_eq!";
    goes_wrong("unhandled", &[("#[event]\npub struct OrderPlaced", refund), ("    assert_eq!", sent)]);
}

/// What the manifest says: each feature with what it enables.
fn features() -> BTreeMap<String, Vec<String>> {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("../catga/Cargo.toml");
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut metadata = Command::new(cargo);
    metadata.args(["metadata", "--no-deps", "--offline", "--format-version", "1", "--manifest-path"]).arg(manifest);
    let output = metadata.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let catga = packages.iter().find(|package| package["name"] == "catga").unwrap();
    serde_json::from_value(catga["features"].clone()).unwrap()
}

/// What a feature enables, itself and what is enabled by others among them.
fn enabled(features: &BTreeMap<String, Vec<String>>, by: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::from([by.to_owned()]);
    let mut next = vec![by];
    while let Some(feature) = next.pop() {
        for other in features.get(feature).into_iter().flatten() {
            if features.contains_key(other) && found.insert(other.clone()) {
                next.push(other);
            }
        }
    }
    found
}

/// What nobody asks for by name: `default` is a column of the table, and `sql` is what two databases share.
const UNNAMED: [&str; 2] = ["default", "sql"];

#[test]
fn the_features_are_those_of_the_manifest() {
    let (readme, features) = (readme(), features());
    let table = readme.lines().skip_while(|line| *line != "## Features").filter(|line| line.starts_with("| `"));
    let mut named = BTreeMap::new();
    for row in table {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        assert!(cells.len() == 3 && !cells[1].is_empty(), "{row}");
        for feature in cells[0].split(", ") {
            assert!(named.insert(feature.trim_matches('`').to_owned(), cells[2]).is_none(), "{feature} stands twice");
        }
    }
    let there: Vec<&String> = features.keys().filter(|feature| !UNNAMED.contains(&feature.as_str())).collect();
    assert_eq!(named.keys().collect::<Vec<_>>(), there);

    let default = enabled(&features, "default");
    for (feature, column) in &named {
        let expected = if features["default"].contains(feature) {
            "yes".to_owned()
        } else if default.contains(feature) {
            let by = column.trim_start_matches("through ").trim_matches('`');
            assert!(default.contains(by) && features[by].contains(feature), "`{feature}` is not enabled by `{by}`");
            format!("through `{by}`")
        } else {
            String::new()
        };
        assert_eq!(*column, expected, "`{feature}`");
    }

    // "all of it but the databases"
    let mut full = enabled(&features, "full");
    full.extend(default);
    let left_out: Vec<&String> = features.keys().filter(|feature| !full.contains(*feature)).collect();
    assert_eq!(left_out, ["postgres", "sql", "sqlite"]);
}

/// The test command checks each feature alone.
#[test]
fn each_feature_is_checked_alone() {
    let script = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("run.sh")).unwrap();
    let list = script.lines().find_map(|line| line.strip_prefix("for features in \"\" ")).unwrap();
    let mut checked: Vec<&str> = list.trim_end_matches("; do").split_whitespace().collect();
    checked.sort_unstable();
    let features = features();
    // `full` is checked with all of them.
    let alone = features.keys().map(String::as_str).filter(|feature| !UNNAMED.contains(feature) && *feature != "full");
    assert_eq!(checked, alone.collect::<Vec<_>>());
}
