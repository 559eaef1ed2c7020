//! CATGA046: a mediator as a field that is not open to others, at `Billing`.

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
pub struct Billing {
    payments: Payments,
}

#[mediator]
pub struct Shop {
    billing: Billing,
}

fn main() {}
