//! CATGA028: a bound that is no whole number, at `0.5`.

use catga::prelude::*;

#[command(reply = u64, within(secs = 0.5))]
pub struct ChargeCard(pub u64);

fn main() {}
