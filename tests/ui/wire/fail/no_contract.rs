//! CATGA093: a struct that is no contract is called, at `Payments`.

use catga::Remote;
use catga::prelude::*;
use catga::transport::memory::Memory;

struct Payments;

fn remote(wire: Memory) -> Remote<Memory, Payments> {
    Remote::new(wire)
}

fn main() {}
