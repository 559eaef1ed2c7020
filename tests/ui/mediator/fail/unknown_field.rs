//! CATGA044: a pipeline names a field that there is not, at `braker`.

use catga::prelude::*;

#[command(reply = u64)]
pub struct ChargeCard(pub u64);

pub struct Payments;

#[handler]
impl Payments {
    fn charge(&self, command: ChargeCard) -> u64 {
        command.0
    }
}

#[mediator]
#[pipeline(self.braker)]
pub struct Shop {
    payments: Payments,
    #[state]
    breaker: CircuitBreaker,
}

fn main() {}
