use catga::prelude::*;

#[command(reply = u64, trace(cents))]
pub struct ChargeCard {
    pub cents: u64,
}

fn main() {}
