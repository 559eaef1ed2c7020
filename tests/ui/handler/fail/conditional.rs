//! CATGA001: a handler is not there in this build, at `Refund`.

use catga::prelude::*;

#[command]
pub struct Refund;

#[command]
pub struct ChargeCard;

pub struct Payments;

#[handler]
impl Payments {
    fn charge(&self, _command: ChargeCard) {}

    #[cfg(any())]
    fn refund(&self, _command: Refund) {}
}

#[mediator]
pub struct Shop {
    payments: Payments,
}

fn main() {
    let _ = Shop { payments: Payments }.send(Refund);
}
