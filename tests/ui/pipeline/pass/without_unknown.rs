//! CATGA053: a handler does without a behavior that there is not.

use catga::prelude::*;

#[command(reply = u64)]
#[derive(Clone)]
pub struct ChargeCard(pub u64);

pub struct Payments;

#[handler]
impl Payments {
    #[pipeline(without(Retry))]
    async fn charge(&self, command: ChargeCard) -> u64 {
        command.0
    }
}

#[mediator]
#[pipeline(Retry::times(3))]
pub struct Shop {
    payments: Payments,
}

fn main() {}
