//! CATGA052: an entry names a field by its number, at `self`.

use catga::prelude::*;

#[command(reply = u64)]
pub struct ChargeCard(pub u64);

pub struct Guards(CircuitBreaker);

pub struct Payments {
    guards: Guards,
}

#[handler]
#[pipeline(self.guards.0)]
impl Payments {
    fn charge(&self, command: ChargeCard) -> u64 {
        command.0
    }
}

fn main() {}
