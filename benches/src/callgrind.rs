use std::env;
use std::fmt;
use std::io;
use std::process::Command;

/// Why instructions could not be counted.
#[derive(Debug)]
pub enum Error {
    NoValgrind,
    Start(io::Error),
    Failed(String),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoValgrind => f.write_str("valgrind is not installed; `apt-get install valgrind`"),
            Self::Start(error) => write!(f, "valgrind did not start: {error}"),
            Self::Failed(said) => write!(f, "valgrind failed:\n{said}"),
        }
    }
}

impl std::error::Error for Error {}

/// The instructions of this program from start to end, run with these arguments.
pub fn instructions(arguments: &[&str]) -> Result<u64, Error> {
    let this = env::current_exe().map_err(Error::Start)?;
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(this)
        .args(arguments)
        .output()
        .map_err(
            |error| if error.kind() == io::ErrorKind::NotFound { Error::NoValgrind } else { Error::Start(error) },
        )?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    match collected(&said) {
        Some(count) if output.status.success() => Ok(count),
        _ => Err(Error::Failed(said)),
    }
}

/// `==4711== Collected : 1234567`
fn collected(said: &str) -> Option<u64> {
    let line = said.lines().find_map(|line| line.split_once("Collected :"))?;
    line.1.trim().parse().ok()
}
