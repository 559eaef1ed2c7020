use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::krate::{Style, repository};

/// The generated crates, side by side in a folder for temporary files.
pub(crate) struct Workspace {
    root: PathBuf,
    is_kept: bool,
}

impl Workspace {
    pub(crate) fn generate(sizes: &[usize], is_kept: bool) -> io::Result<Self> {
        let root = std::env::temp_dir().join(format!("catga-compile-cost-{}", std::process::id()));
        let workspace = Self { root, is_kept };
        let mut members = Vec::new();
        for &messages in sizes {
            for style in Style::ALL {
                for (path, text) in style.files(messages) {
                    workspace.write(&Path::new(&style.package(messages)).join(path), &text)?;
                }
                members.push(style.package(messages));
            }
        }
        workspace.write(Path::new("Cargo.toml"), &format!("[workspace]\nresolver = \"3\"\nmembers = {members:?}\n"))?;
        // The same versions as here, and none to download.
        fs::copy(repository().join("Cargo.lock"), workspace.root.join("Cargo.lock"))?;
        Ok(workspace)
    }

    fn write(&self, path: &Path, text: &str) -> io::Result<()> {
        let path = self.root.join(path);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(path, text)
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// One target directory for all, so that what they share is built once.
    pub(crate) fn target(&self) -> PathBuf {
        self.root.join("target")
    }

    /// Makes cargo check a crate again.
    pub(crate) fn touch(&self, style: Style, messages: usize) -> io::Result<()> {
        let file = fs::File::options().append(true).open(self.root.join(style.package(messages)).join("src/lib.rs"))?;
        file.set_modified(std::time::SystemTime::now())
    }
}

impl Drop for Workspace {
    fn drop(&mut self) {
        if self.is_kept {
            eprintln!("compile_cost: the crates are in {}", self.root.display());
        } else {
            let _left_behind = fs::remove_dir_all(&self.root);
        }
    }
}
