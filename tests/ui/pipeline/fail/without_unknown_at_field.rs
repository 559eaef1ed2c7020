//! CATGA053: a field does without an entry that the mediator does not have, at `Timeout`.

use catga::prelude::*;

#[command(reply = u64)]
pub struct ChargeCard(pub u64);

pub struct Payments;

#[handler]
impl Payments {
    async fn charge(&self, command: ChargeCard) -> u64 {
        command.0
    }
}

#[mediator]
#[pipeline(CatchPanic)]
pub struct Shop {
    #[pipeline(without(Timeout))]
    payments: Payments,
}

fn main() {}
