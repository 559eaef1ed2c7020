//! CATGA021: an option that there is not.

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

#[mediator(export)]
pub struct Shop {
    payments: Payments,
}

fn main() {}
