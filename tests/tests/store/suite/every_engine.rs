//! The suite, on every engine.

use std::sync::Arc;

use catga::store::Engine;

use super::{all, run};
use crate::engines;

#[test]
fn memory() {
    assert_eq!(run(all(), &engines::memory), 28);
}

#[test]
fn durable() {
    assert_eq!(run(all(), &engines::durable), 28);
}

#[test]
fn durable_in_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let count = std::cell::Cell::new(0);
    let make = || {
        count.set(count.get() + 1);
        let path = folder.path().join(format!("{}.store", count.get()));
        Arc::new(catga::store::Durable::open(path).unwrap()) as Arc<dyn Engine>
    };
    assert_eq!(run(all(), &make), 28);
}
