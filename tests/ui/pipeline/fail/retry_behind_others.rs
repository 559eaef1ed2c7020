//! CATGA015: one entry of several does not fit, at `Retry`.

use catga::prelude::*;

#[command(reply = u64)]
// Not `Clone`.
pub struct ChargeCard;

pub struct Payments;

#[handler]
impl Payments {
    fn charge(&self, _command: ChargeCard) -> u64 {
        7
    }
}

#[mediator]
#[pipeline(Trace, Timeout::secs(2), Retry::times(3))]
pub struct Shop {
    payments: Payments,
}

fn main() {}
