use std::fmt;
use std::io;
use std::process::Command;

use serde::Serialize;

use crate::krate::Style;
use crate::workspace::Workspace;

/// How often a crate is checked; the median counts.
const TIMES: usize = 3;

/// Why a check could not be measured.
#[derive(Debug)]
pub(crate) enum Error {
    Io(io::Error),
    Failed(String),
}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => error.fmt(f),
            Self::Failed(said) => write!(f, "cargo failed:\n{said}"),
        }
    }
}

/// Processor seconds in user mode.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd, Serialize)]
pub(crate) struct Seconds(f64);

impl Seconds {
    pub(crate) const NONE: Self = Self(f64::NAN);

    pub(crate) fn get(self) -> f64 {
        self.0
    }

    pub(crate) fn over(self, base: Self) -> f64 {
        self.0 / base.0
    }
}

/// What the checks of some generated crates take, with their dependencies built. They take turns, so
/// that whatever slows the machine down slows all of them down.
pub(crate) fn seconds(workspace: &Workspace, styles: &[Style], messages: usize) -> Result<Vec<Seconds>, Error> {
    for &style in styles {
        check(workspace, style, messages)?;
    }
    let mut taken = vec![Vec::new(); styles.len()];
    for _ in 0..TIMES {
        for (&style, taken) in styles.iter().zip(&mut taken) {
            workspace.touch(style, messages)?;
            let before = children();
            check(workspace, style, messages)?;
            taken.push(children() - before);
        }
    }
    Ok(taken.into_iter().map(median).collect())
}

fn median(mut taken: Vec<f64>) -> Seconds {
    taken.sort_by(f64::total_cmp);
    Seconds(taken[taken.len() / 2])
}

fn check(workspace: &Workspace, style: Style, messages: usize) -> Result<(), Error> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["check", "--offline", "--quiet", "--package", &style.package(messages)])
        .current_dir(workspace.root())
        .env("CARGO_TARGET_DIR", workspace.target())
        .env("CARGO_INCREMENTAL", "0")
        .output()?;
    if output.status.success() {
        return Ok(());
    }
    Err(Error::Failed(String::from_utf8_lossy(&output.stderr).into_owned()))
}

/// The seconds of all children that have ended, and of theirs.
fn children() -> f64 {
    let mut usage = std::mem::MaybeUninit::<libc::rusage>::uninit();
    // SAFETY: it writes a whole `rusage` to a place of that size, and the return value says whether.
    let usage = unsafe {
        assert_eq!(libc::getrusage(libc::RUSAGE_CHILDREN, usage.as_mut_ptr()), 0, "no resource usage");
        usage.assume_init()
    };
    usage.ru_utime.tv_sec as f64 + usage.ru_utime.tv_usec as f64 / 1e6
}
