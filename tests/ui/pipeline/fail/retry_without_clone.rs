//! CATGA015: a behavior that cannot wrap this message, at `Retry`.

use catga::prelude::*;

// Not `Clone`.
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
#[pipeline(Retry::times(3))]
pub struct Shop {
    payments: Payments,
}

fn main() {}
