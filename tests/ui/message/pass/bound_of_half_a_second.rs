use catga::prelude::*;

#[command(reply = u64, within(millis = 500))]
pub struct ChargeCard(pub u64);

fn main() {}
