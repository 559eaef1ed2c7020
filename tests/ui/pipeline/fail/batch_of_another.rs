//! CATGA087: a batch of what it does not run, at `AutoBatch`.

use catga::prelude::*;

#[command(reply = u64)]
pub struct Insert(u64);

pub struct Table;

pub struct Rows {
    _inserts: AutoBatch<Insert, Table>,
}

fn main() {}
