//! A new user's first minutes: a fresh crate, the dependency, the README's code.

use std::path::Path;
use std::process::{Command, Output};
use std::{env, fs};

/// The first block of Rust, without the lines that rustdoc hides and without their mark.
fn first_screen(readme: &str) -> String {
    let code = readme.lines().skip_while(|line| *line != "```rust").skip(1).take_while(|line| *line != "```");
    code.map(|line| line.strip_prefix("# ").unwrap_or(line)).filter(|line| !line.contains("fn unused")).fold(
        String::new(),
        |mut code, line| {
            code.push_str(line);
            code.push('\n');
            code
        },
    )
}

/// What the README has a user write into the manifest.
fn dependencies(readme: &str) -> String {
    let lines = readme.lines().skip_while(|line| *line != "```toml").skip(1).take_while(|line| *line != "```");
    lines.map(|line| format!("{line}\n")).collect()
}

/// The line that asks for the version that this is.
fn released() -> String {
    let numbers: Vec<&str> = env!("CARGO_PKG_VERSION").split('.').take(2).collect();
    format!("catga = \"{}\"\n", numbers.join("."))
}

/// How cargo ends, with a fresh crate whose only file is this.
fn cargo(command: &str, name: &str, code: &str) -> Output {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().unwrap();
    let fresh = Path::new(env!("CARGO_TARGET_TMPDIR")).join("readme");
    let root = fresh.join(name);
    fs::create_dir_all(root.join("src")).unwrap();
    let here = format!("catga = {{ path = {:?} }}\n", repository.join("catga"));
    let dependencies = dependencies(&readme()).replace(&released(), &here);
    assert!(dependencies.contains(&here), "the README depends on this version:\n{dependencies}");
    let manifest = format!(
        "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n{dependencies}\n[workspace]\n"
    );
    fs::write(root.join("Cargo.toml"), manifest).unwrap();
    fs::copy(repository.join("Cargo.lock"), root.join("Cargo.lock")).unwrap();
    fs::write(root.join("src/main.rs"), code).unwrap();

    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut run = Command::new(cargo);
    run.current_dir(&root).args([command, "--quiet", "--color", "never"]);
    run.env("CARGO_TARGET_DIR", fresh.join("target")).env("CARGO_NET_OFFLINE", "true").output().unwrap()
}

/// What it prints when it runs.
fn run(name: &str, code: &str) -> String {
    let output = cargo("run", name, code);
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
    let output = cargo("check", name, &code);
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
