//! CATGA077: the attribute stands on a method, and the type has none. Mended.

use catga::prelude::*;

#[command(reply = u64)]
pub struct ChargeCard(pub u64);

pub struct Payments;

#[handler]
impl Payments {
    pub fn charge(&self, command: ChargeCard) -> u64 {
        command.0
    }
}

#[mediator]
pub struct Shop {
    payments: Payments,
}

fn main() {}
