use catga::prelude::*;

#[command(reply = u64, within(secs = 2))]
pub struct ChargeCard(pub u64);

fn main() {}
