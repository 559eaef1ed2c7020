//! CATGA013: a timer that cannot wait, at `Watch`.

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

pub struct Watch;

#[mediator(timer = self.watch)]
pub struct Shop {
    payments: Payments,
    watch: Watch,
}

fn main() {}
