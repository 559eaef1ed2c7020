//! CATGA028: a bound without its unit, at `2`.

use catga::prelude::*;

#[command(reply = u64, within(2))]
pub struct ChargeCard(pub u64);

fn main() {}
