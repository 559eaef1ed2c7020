//! CATGA092: a mediator serves a message that has no bytes, at `Payments`.

use catga::prelude::*;

#[command(reply = u64)]
struct ChargeCard {
    cents: u64,
}

struct Payments;

#[handler]
impl Payments {
    fn charge(&self, command: ChargeCard) -> u64 {
        command.cents
    }
}

#[mediator(serves)]
struct Bank {
    payments: Payments,
}

fn main() {}
