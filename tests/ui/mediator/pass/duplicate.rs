//! CATGA016: two fields handle one message. Mended.

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
    fn refund(&self, _command: Refund) {}
}

#[mediator]
pub struct Shop {
    payments: Payments,
    bank: Bank,
}

#[command]
pub struct Refund;

fn main() {}
