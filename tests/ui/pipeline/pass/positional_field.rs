//! CATGA052: an entry names a field by its number.

use catga::prelude::*;

#[command(reply = u64)]
pub struct ChargeCard(pub u64);

pub struct Payments {
    breaker: CircuitBreaker,
}

#[handler]
#[pipeline(self.breaker)]
impl Payments {
    fn charge(&self, command: ChargeCard) -> u64 {
        command.0
    }
}

fn main() {}
