//! CATGA002: a handler takes what is no message, in a set that is used, at `Refund`.

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

    async fn refund(&self, command: Refund) -> u64 {
        command.0
    }
}

#[mediator]
pub struct Shop {
    payments: Payments,
}

async fn run(shop: &Shop) -> u64 {
    let refunded = shop.send(Refund(1)).await.unwrap_or_default();
    refunded + shop.send(ChargeCard(2)).await.unwrap_or_default()
}

fn main() {}
