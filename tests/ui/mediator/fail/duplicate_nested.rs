//! CATGA016: an inner mediator and a field handle one message, at `Till`.

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

pub struct Bank;

#[handler]
impl Bank {
    fn charge(&self, command: ChargeCard) -> u64 {
        command.0
    }
}

#[mediator(nested)]
pub struct Till {
    payments: Payments,
}

#[mediator]
pub struct Shop {
    bank: Bank,
    till: Till,
}

fn main() {}
