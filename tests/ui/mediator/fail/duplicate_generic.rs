//! CATGA016: one generic handler set of two arguments, and its message has none, at `Payments<2>`.

use catga::prelude::*;

#[command(reply = u64)]
pub struct ChargeCard(pub u64);

pub struct Payments<const RATE: u64>;

#[handler]
impl<const RATE: u64> Payments<RATE> {
    fn charge(&self, command: ChargeCard) -> u64 {
        command.0 * RATE
    }
}

#[mediator]
pub struct Shop {
    once: Payments<1>,
    twice: Payments<2>,
}

fn main() {}
