//! CATGA001: a mediator says that it handles a message, and does not, at `Refund`.

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

#[command]
pub struct Refund;

#[mediator(handles(ChargeCard, Refund))]
pub struct Shop {
    payments: Payments,
}

fn main() {}
