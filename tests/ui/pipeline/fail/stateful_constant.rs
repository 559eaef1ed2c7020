//! CATGA073: a behavior with a state as a constant would be fresh for every call, at `CircuitBreaker`.

use catga::prelude::*;

use std::time::Duration;

#[command(reply = u64)]
pub struct ChargeCard(pub u64);



pub struct Payments;

#[handler]
#[pipeline(CircuitBreaker::new(5, Duration::from_secs(30)))]
impl Payments {
    fn charge(&self, command: ChargeCard) -> u64 {
        command.0
    }
}

#[mediator]
pub struct Shop {
    payments: Payments,
}

fn main() {}
