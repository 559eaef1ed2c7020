//! Payments in a process of their own, which may die and come back.

use std::path::{Path, PathBuf};
use std::process::ExitStatus;
use std::sync::atomic::{AtomicU32, Ordering};
use std::{env, fs, process};

use crate::running::Running;

/// The process, and the folder of its socket, which goes with it.
pub(crate) struct Payments {
    running: Option<Running>,
    folder: Folder,
    path: String,
}

impl Payments {
    /// Starts them at a path of their own.
    pub(crate) fn start() -> Self {
        let folder = Folder::new();
        let path = folder.0.join("payments.sock").to_str().expect("a path that is text").to_owned();
        let mut payments = Self { running: None, folder, path };
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
        let running = Running::start(&["payments", "--socket", &self.path]);
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

/// A folder of its own; removed when it is dropped. A socket's path is short, so it does not lie in `target`.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let folder = env::temp_dir().join(format!("catga-orders-{}-{number}", process::id()));
        fs::create_dir(&folder).unwrap();
        Self(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _removed = fs::remove_dir_all(&self.0);
    }
}
