//! CATGA075: a trace names a field that there is not.

use catga::prelude::*;

#[command(trace(amount))]
pub struct Refund {
    pub amount: u64,
}

fn main() {}
