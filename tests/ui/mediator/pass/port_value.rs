//! CATGA045: a port that is no field. Mended.

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

#[mediator(clock = self.time)]
pub struct Shop {
    payments: Payments,
    time: catga::time::SystemClock,
}

fn main() {}
