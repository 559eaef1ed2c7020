//! What delivery keeps, on every engine.

use super::all;
use crate::engines;
use crate::suite::run;

#[test]
fn memory() {
    assert_eq!(run(all(), &engines::memory), 47);
}

#[test]
fn durable() {
    assert_eq!(run(all(), &engines::durable), 47);
}
