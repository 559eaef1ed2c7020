//! An option is `name = value`.

use catga::prelude::*;
use catga::testing::VirtualClock;

#[command]
pub struct Refund;

pub struct Payments;

#[handler]
impl Payments {
    fn refund(&self, _command: Refund) {}
}

#[mediator(clock = self.clock)]
pub struct Shop {
    payments: Payments,
    clock: VirtualClock,
}

fn main() {}
