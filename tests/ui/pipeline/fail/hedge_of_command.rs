//! CATGA019: a command that may not run twice, at `Hedge`.

use catga::prelude::*;

#[command(reply = u64)]
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
