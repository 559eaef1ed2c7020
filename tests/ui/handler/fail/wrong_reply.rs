//! CATGA006: a handler answers something else than its contract says, at `u32`.

use catga::prelude::*;

#[command(reply = u64)]
pub struct ChargeCard(pub u64);

pub struct Payments;

#[handler]
impl Payments {
    async fn charge(&self, command: ChargeCard) -> u32 {
        command.0 as _
    }
}

#[mediator]
pub struct Shop {
    payments: Payments,
}

fn main() {}
