//! CATGA019: a command of a set's own pipeline that may not run twice, at `Hedge`.

use catga::prelude::*;

#[command(reply = u64)]
#[derive(Clone)]
pub struct ChargeCard;

pub struct Payments;

#[handler]
#[pipeline(Trace, Hedge::after_millis(50))]
impl Payments {
    fn charge(&self, _command: ChargeCard) -> u64 {
        7
    }
}

#[mediator]
pub struct Shop {
    payments: Payments,
}

fn main() {}
