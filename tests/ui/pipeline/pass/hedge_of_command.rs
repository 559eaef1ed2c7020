//! What says `idempotent` may run twice.

use catga::prelude::*;

#[command(reply = u64, idempotent)]
#[derive(Clone)]
pub struct ChargeCard;

pub struct Payments;

#[handler]
impl Payments {
    fn charge(&self, _command: ChargeCard) -> u64 {
        7
    }
}

#[mediator]
#[pipeline(Trace, Hedge::after_millis(50))]
pub struct Shop {
    payments: Payments,
}

fn main() {}
