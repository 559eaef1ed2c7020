//! A process of the program.

use std::env::{self, consts::EXE_SUFFIX};
use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::JoinHandle;

/// The program's command, as cargo built it beside this test.
pub(crate) fn command() -> Command {
    let test = env::current_exe().expect("a test knows where it is");
    let profile = test.ancestors().nth(2).expect("a test lies in target/<profile>/deps");
    let program: PathBuf = profile.join("examples").join(format!("order_system{EXE_SUFFIX}"));
    assert!(program.exists(), "{} is not built; run `cargo build --example order_system`", program.display());
    Command::new(program)
}

/// A process that runs; killed when it is dropped.
pub(crate) struct Running {
    child: Child,
    /// Its first line, which it prints when it is ready.
    pub(crate) said: String,
    log: Option<JoinHandle<String>>,
    rest: Option<JoinHandle<String>>,
}

impl Running {
    /// Starts it, and waits until it is ready.
    pub(crate) fn start(arguments: &[&str]) -> Self {
        let mut command = command();
        command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program starts");
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut stderr = child.stderr.take().unwrap();
        // Both are read to their end all the time: a full pipe would stop the program.
        let log = std::thread::spawn(move || read(&mut stderr));
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        let rest = std::thread::spawn(move || read(&mut stdout));
        Self { child, said: line.trim().to_owned(), log: Some(log), rest: Some(rest) }
    }

    /// Sends it a signal.
    #[cfg(unix)]
    pub(crate) fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([&format!("-{name}"), &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    /// Ends it without a warning.
    pub(crate) fn end(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Waits until it has stopped: its exit status, what it printed last, and its log.
    #[cfg(unix)]
    pub(crate) fn ended(mut self) -> (ExitStatus, String, String) {
        let status = self.child.wait().unwrap();
        let [rest, log] = [self.rest.take(), self.log.take()].map(|thread| thread.unwrap().join().unwrap());
        (status, rest, log)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _killed = self.child.kill();
        let _waited = self.child.wait();
        if std::thread::panicking()
            && let Some(log) = self.log.take()
        {
            // What it was doing is in its log.
            eprintln!("{}", log.join().unwrap_or_default());
        }
    }
}

fn read(pipe: &mut impl std::io::Read) -> String {
    let mut text = String::new();
    pipe.read_to_string(&mut text).unwrap();
    text
}
