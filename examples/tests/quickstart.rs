//! The smallest program says what it says.

use std::process::Command;

#[test]
fn it_greets() {
    // Beside this test's own program, where cargo has built it.
    let tests = std::env::current_exe().expect("this program has a path");
    let built = tests.parent().and_then(std::path::Path::parent).expect("it lies in a folder of cargo's");
    let program = built.join("examples").join(format!("quickstart{}", std::env::consts::EXE_SUFFIX));
    let output = Command::new(&program).output().expect("cargo builds the examples with the tests");
    assert!(output.status.success(), "{output:?}");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "world was greeted\nhello, world\n");
    assert!(output.stderr.is_empty(), "{output:?}");
}
