//! CATGA047: a handler set that no mediator has.

use catga::prelude::*;

#[command]
pub struct Refund;

#[command(reply = u64)]
pub struct ChargeCard(pub u64);

pub struct Payments;

#[handler]
impl Payments {
    fn charge(&self, command: ChargeCard) -> u64 {
        command.0
    }
}

pub struct Refunds;

#[handler]
impl Refunds {
    fn refund(&self, _command: Refund) {}
}

#[mediator]
pub struct Shop {
    pub payments: Payments,
    pub refunds: Refunds,
}
