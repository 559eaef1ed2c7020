//! Payments in a process of their own, which may die and come back.

use std::fs;
use std::path::Path;
use std::process::ExitStatus;

use crate::folder::Folder;
use crate::program::Patience;
use crate::running::Running;

/// The process, and the folder of its socket, which goes with it.
pub(crate) struct Payments {
    running: Option<Running>,
    folder: Folder,
    path: String,
    /// What it is told besides its socket: where its data is and its bank, and how long it waits.
    arguments: Vec<String>,
}

impl Payments {
    /// Starts them at a path of their own.
    pub(crate) fn start(patience: Patience, arguments: &[&str]) -> Self {
        let folder = Folder::new();
        let path = folder.path("payments.sock");
        let mut arguments: Vec<_> = arguments.iter().map(|&argument| argument.to_owned()).collect();
        arguments.extend(["--patience".to_owned(), patience.charge.to_string()]);
        let mut payments = Self { running: None, folder, path, arguments };
        payments.restart();
        payments
    }

    /// Where the shop finds them.
    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    /// Kills them as the system does when it has no memory left: nothing is tidied up.
    pub(crate) fn kill(&mut self) {
        let running = self.running.take().expect("they run");
        running.signal("KILL");
        let (status, ..) = running.ended();
        assert!(!status.success(), "{status}");
        assert!(Path::new(&self.path).exists(), "its socket's file is left behind");
    }

    /// Starts them again at the same path, and waits until they are ready.
    pub(crate) fn restart(&mut self) {
        let mut arguments = vec!["payments", "--socket", &self.path];
        arguments.extend(self.arguments.iter().map(String::as_str));
        let running = Running::start(&arguments);
        assert_eq!(running.said, format!("payments at {}", self.path));
        self.running = Some(running);
    }

    /// Sends them a signal.
    pub(crate) fn signal(&self, name: &str) {
        self.running.as_ref().expect("they run").signal(name);
    }

    /// Asks them to stop, and waits until they have.
    pub(crate) fn stop(self) -> (ExitStatus, String, String) {
        let running = self.running.expect("they run");
        running.signal("TERM");
        let ended = running.ended();
        let left: Vec<_> = fs::read_dir(&self.folder.0).unwrap().collect();
        assert!(left.is_empty(), "they tidy up: {left:?}");
        ended
    }
}
