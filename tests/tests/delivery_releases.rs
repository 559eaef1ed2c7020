//! Two releases of one program over one file, with rows of every kind in flight: what the old one wrote is finished by
//! the new one, and what the new one wrote waits while the old one is back.

#[path = "fixture/mod.rs"]
mod fixture;

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use fixture::Fixture;

/// Both, built as a user's programs are.
struct Releases {
    programs: PathBuf,
    file: PathBuf,
}

impl Releases {
    fn build(folder: &Path) -> Self {
        let crates = Fixture::new("crates");
        crates.succeed(&["build", "--quiet", "--package", "releases", "--bins"]);
        Self { programs: crates.target().join("debug"), file: folder.join("shop.store") }
    }

    fn command(&self, release: &str) -> Command {
        let mut command = Command::new(self.programs.join(release));
        command.arg(&self.file);
        command
    }

    /// Runs one until it has written its rows, and kills it.
    fn write(&self, release: &str) {
        let mut child = self.command(release).arg("write").stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        // Not asked, but killed: SIGKILL.
        child.kill().unwrap();
        let ended = child.wait().unwrap();
        assert_eq!((line.as_str(), ended.success()), ("ready\n", false), "{release}");
    }

    /// Runs one until it has done all but so many rows; what it found there then.
    fn finish(&self, release: &str, left: u64) -> Found {
        let output = self.command(release).args(["finish", &left.to_string()]).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success(), "{release}: {text}\n{}", String::from_utf8_lossy(&output.stderr));
        let facts = text.lines().filter_map(|line| line.split_once(' '));
        Found(facts.map(|(what, found)| (what.to_owned(), found.to_owned())).collect())
    }
}

struct Found(BTreeMap<String, String>);

impl Found {
    #[track_caller]
    fn is(&self, what: &str, expected: &str) {
        assert_eq!(self.0.get(what).map(String::as_str), Some(expected), "{what}");
    }
}

#[test]
fn rows_in_flight_outlive_an_upgrade_and_a_rollback() {
    let folder = tempfile::tempdir().unwrap();
    let releases = Releases::build(folder.path());
    releases.write("old");

    // All but the greeting, of which it knows nothing. The charge that was made and not marked is not made again, the
    // dead letter is cured, and of the half-done event one handler runs.
    let found = releases.finish("new", 1);
    found.is("charged", "[(1, 100), (2, 100), (3, 100), (9, 100), (13, 100)]");
    found.is("charges", "[(1, 1), (2, 1), (3, 1), (9, 1), (13, 1)]");
    found.is("booked", "[(4, 1), (6, 1)]");
    found.is("mailed", "[(4, 1), (6, 1)]");
    found.is("greeted", "[]");
    found.is("held", "1");
    found.is("dead", "0");
    found.is("refused", "catga.store.mismatch");

    // Rolled back: the old one greets, and has nothing to do with the rest.
    releases.write("new");
    let found = releases.finish("old", 4);
    found.is("charges", "[(1, 1), (2, 1), (3, 1), (9, 1), (13, 1)]");
    found.is("booked", "[(4, 1), (6, 1)]");
    found.is("greeted", "[(5, 1)]");
    found.is("held", "4");
    found.is("dead", "0");

    // And forward again.
    let found = releases.finish("new", 0);
    found.is("charged", "[(1, 100), (2, 100), (3, 100), (9, 100), (13, 100), (21, 200), (22, 200), (23, 7)]");
    found.is("charges", "[(1, 1), (2, 1), (3, 1), (9, 1), (13, 1), (21, 1), (22, 1), (23, 1)]");
    found.is("booked", "[(4, 1), (6, 1), (24, 1)]");
    found.is("mailed", "[(4, 1), (6, 1), (24, 1)]");
    found.is("greeted", "[(5, 1)]");
    found.is("held", "0");
    found.is("dead", "0");
}
