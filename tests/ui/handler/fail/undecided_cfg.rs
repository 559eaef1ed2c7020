//! CATGA038: a condition under a condition, at `cfg`.

use catga::prelude::*;

#[command]
#[derive(Clone)]
pub struct Refund;

pub struct Payments;

#[handler]
impl Payments {
    fn charge(&self, _command: Charge) {}

    #[cfg_attr(debug_assertions, cfg(unix))]
    fn refund(&self, _command: Refund) {}
}

#[command]
pub struct Charge;

#[mediator]
pub struct Shop {
    payments: Payments,
}

fn main() {}
