//! CATGA022: the attribute stands on the impl twice, at `handler`.

use catga::prelude::*;

#[command(reply = u64)]
pub struct ChargeCard(pub u64);

pub struct Payments;

#[handler]
#[handler]
impl Payments {
    fn charge(&self, command: ChargeCard) -> u64 {
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
