//! `Retry` repeats what is `Clone`.

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
#[pipeline(Trace, Timeout::secs(2), Retry::times(3))]
pub struct Shop {
    payments: Payments,
}

fn main() {}
