//! CATGA001: a message says who handles it, and that mediator does not, at `Shop`.

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
    payments: Payments,
}

#[command(handled_by = Shop)]
pub struct Refund;

fn main() {}
