//! CATGA075: a trace names a field that there is not, at `amuont`.

use catga::prelude::*;

#[command(trace(amuont))]
pub struct Refund {
    pub amount: u64,
}

fn main() {}
