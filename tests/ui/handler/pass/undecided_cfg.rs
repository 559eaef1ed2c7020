//! CATGA038: a condition under a condition. Mended.

use catga::prelude::*;

#[command]
#[derive(Clone)]
pub struct Refund;

pub struct Payments;

#[handler]
impl Payments {
    fn charge(&self, _command: Charge) {}

    #[cfg(any(not(debug_assertions), unix))]
    fn refund(&self, _command: Refund) {}
}

#[command]
pub struct Charge;

#[mediator]
pub struct Shop {
    payments: Payments,
}

fn main() {}
