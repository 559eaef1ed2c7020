use catga::prelude::*;

#[command(reply = u64)]
pub struct ChargeCard(pub u64);

fn main() {}
