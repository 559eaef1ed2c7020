//! CATGA050: a pipeline on an impl that says no `#[handler]`, at `impl`.

use catga::prelude::*;

#[command(reply = u64)]
pub struct ChargeCard(pub u64);

pub struct Payments;

#[pipeline(Trace)]
impl Payments {
    #[pipeline(Timeout::secs(1))]
    pub fn charge(&self, command: ChargeCard) -> u64 {
        command.0
    }
}

#[mediator]
pub struct Shop {
    payments: Payments,
}

pub async fn charge(shop: &Shop) -> u64 {
    shop.send(ChargeCard(7)).await.unwrap_or_default()
}

fn main() {}
