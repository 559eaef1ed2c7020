//! CATGA001: something is sent that is no message.

use catga::prelude::*;

#[command(reply = u64)]
pub struct ChargeCard(pub u64);

pub struct Refund(pub u64);

pub struct Payments;

#[handler]
impl Payments {
    async fn charge(&self, command: ChargeCard) -> u64 {
        command.0
    }
}

#[mediator]
pub struct Shop {
    payments: Payments,
}

async fn run(shop: &Shop) -> u64 {
    shop.send(ChargeCard(Refund(1).0)).await.unwrap_or_default()
}

fn main() {}
