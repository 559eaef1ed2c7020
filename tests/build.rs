//! Takes the queue behind the buffer pool out of the sources of its crate, with a checker's atomics in the place of the real
//! ones: `buffer_shuttle` runs it as it is, and not a model of it.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=../Cargo.lock");
    let queue = checked(&fs::read_to_string(sources_of("crossbeam-queue")?.join("src/array_queue.rs"))?)?;
    fs::write(Path::new(&env::var("OUT_DIR")?).join("array_queue.rs"), queue)?;
    Ok(())
}

/// Where the sources are that this workspace is built with.
fn sources_of(package: &str) -> Result<PathBuf, Box<dyn Error>> {
    let metadata = Command::new(env::var("CARGO")?)
        .args(["metadata", "--format-version=1", "--locked", "--filter-platform", &env::var("TARGET")?])
        .output()?;
    if !metadata.status.success() {
        return Err(String::from_utf8_lossy(&metadata.stderr).into());
    }
    let metadata: serde_json::Value = serde_json::from_slice(&metadata.stdout)?;
    let packages = metadata["packages"].as_array().into_iter().flatten();
    let manifest = packages.filter(|found| found["name"] == package).find_map(|found| found["manifest_path"].as_str());
    let folder = manifest.and_then(|manifest| Path::new(manifest).parent());
    Ok(folder.ok_or_else(|| format!("`{package}` is no dependency"))?.to_owned())
}

/// The source with other names for what it takes from elsewhere. Nothing else is changed.
fn checked(source: &str) -> Result<String, Box<dyn Error>> {
    // What is included has no attributes of its own.
    let mut text: String =
        source.lines().filter(|line| !line.starts_with("//!")).flat_map(|line| [line, "\n"]).collect();
    for (name, instead) in [
        ("core::sync::atomic", "shuttle::sync::atomic"),
        ("use crossbeam_utils::{Backoff, CachePadded};", "use super::utils::{Backoff, CachePadded};"),
    ] {
        if !text.contains(name) {
            return Err(format!("the queue's source has no `{name}`; see what it uses now, and name it here").into());
        }
        text = text.replace(name, instead);
    }
    Ok(text)
}
