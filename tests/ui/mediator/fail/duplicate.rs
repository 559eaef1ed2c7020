//! CATGA016: two fields handle one message, at `Bank`.

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
    fn charge(&self, command: self::ChargeCard) -> u64 {
        command.0
    }
}

#[mediator]
pub struct Shop {
    payments: Payments,
    bank: Bank,
}

#[command]
pub struct Refund;

fn main() {}
