//! CATGA044: the clock is a field that there is not.

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

#[mediator(clock = self.clock)]
pub struct Shop {
    payments: Payments,
    clock: catga::time::SystemClock,
}

fn main() {}
