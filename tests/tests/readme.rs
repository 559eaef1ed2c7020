//! A new user's first minutes: a fresh crate, the dependency, the README's code.

use std::path::Path;
use std::process::Command;
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

#[test]
fn the_first_screen_runs_in_a_fresh_crate() {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().unwrap();
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("readme");
    fs::create_dir_all(root.join("src")).unwrap();
    let manifest = format!(
        "[package]\nname = \"fresh\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n\
         [dependencies]\ncatga = {{ path = {:?} }}\n\
         tokio = {{ version = \"1\", features = [\"macros\", \"rt\", \"time\"] }}\n\n[workspace]\n",
        repository.join("catga"),
    );
    fs::write(root.join("Cargo.toml"), manifest).unwrap();
    fs::copy(repository.join("Cargo.lock"), root.join("Cargo.lock")).unwrap();
    let readme = fs::read_to_string(repository.join("README.md")).unwrap();
    let code = first_screen(&readme);
    assert!(code.contains("#[mediator]"), "the README begins with a mediator");
    fs::write(root.join("src/main.rs"), code).unwrap();

    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut run = Command::new(cargo);
    run.current_dir(&root).args(["run", "--quiet"]).env("CARGO_TARGET_DIR", root.join("target"));
    let output = run.env("CARGO_NET_OFFLINE", "true").output().unwrap();
    let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{stderr}");
    assert_eq!(stderr, "", "not a warning");
    assert_eq!(stdout, "receipt 4200\n");
}
