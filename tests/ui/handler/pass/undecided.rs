//! CATGA038: a pipeline that is there under a condition. Mended.

use catga::prelude::*;

#[command]
#[derive(Clone)]
pub struct Refund;

pub struct Payments;

#[handler]
impl Payments {
    #[cfg(debug_assertions)]
    #[pipeline(Retry::times(3))]
    fn refund(&self, _command: Refund) {}

    #[cfg(not(debug_assertions))]
    fn refund(&self, _command: Refund) {}
}

#[mediator]
pub struct Shop {
    payments: Payments,
}

fn main() {}
