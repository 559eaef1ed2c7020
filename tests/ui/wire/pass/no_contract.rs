//! CATGA093, mended.

use catga::Remote;
use catga::prelude::*;
use catga::transport::memory::Memory;

#[contract]
struct Payments();

fn remote(wire: Memory) -> Remote<Memory, Payments> {
    Remote::new(wire)
}

fn main() {}
