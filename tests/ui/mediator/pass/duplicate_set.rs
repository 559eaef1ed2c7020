//! CATGA016: one handler set stands in two fields. Mended.

use catga::prelude::*;

#[command(reply = u64)]
pub struct ChargeCard(pub u64);

pub struct Payments;

#[handler]
impl Payments {
    fn charge(&self, command: ChargeCard) -> u64 {
        command.0
    }
}

#[mediator]
pub struct Shop {
    till: Payments,
}

fn main() {}
