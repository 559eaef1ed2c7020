//! CATGA030: the attribute stands on the struct, at `pub`.

use catga::prelude::*;

#[command(reply = u64)]
pub struct ChargeCard(pub u64);

#[handler]
pub struct Payments;

impl Payments {
    pub fn charge(&self, command: ChargeCard) -> u64 {
        command.0
    }
}

fn main() {}
