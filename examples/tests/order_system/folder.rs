//! A folder of a test's own.

use std::io::ErrorKind;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::{env, fs, process};

/// Removed when it is dropped. A socket's path is short, so it does not lie in `target`.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        loop {
            let number = NEXT.fetch_add(1, Ordering::Relaxed);
            let folder = env::temp_dir().join(format!("catga-orders-{}-{number}", process::id()));
            match fs::create_dir(&folder) {
                // Left by a test that was killed, and had this one's number.
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                made => break made.map(|()| Self(folder)).expect("a folder"),
            }
        }
    }

    /// A path in it, as an argument.
    pub(crate) fn path(&self, name: &str) -> String {
        self.0.join(name).to_str().expect("a path that is text").to_owned()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _removed = fs::remove_dir_all(&self.0);
    }
}
