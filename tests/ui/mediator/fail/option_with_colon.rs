//! CATGA126: an option with a colon, at `:`.

use catga::prelude::*;
use catga::testing::VirtualClock;

#[command]
pub struct Refund;

pub struct Payments;

#[handler]
impl Payments {
    fn refund(&self, _command: Refund) {}
}

#[mediator(clock: self.clock)]
pub struct Shop {
    payments: Payments,
    clock: VirtualClock,
}

fn main() {}
