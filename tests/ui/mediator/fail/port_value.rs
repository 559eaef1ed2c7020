//! CATGA045: a port that is no field, at `time`.

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

#[mediator(clock = time)]
pub struct Shop {
    payments: Payments,
    #[state]
    time: catga::time::SystemClock,
}

fn main() {}
