//! CATGA055: a type has two handler impls, at `Payments`.

use catga::prelude::*;

#[command(reply = u64)]
pub struct ChargeCard(pub u64);

#[command(reply = u64)]
pub struct Refund(pub u64);

pub struct Payments;

#[handler]
impl Payments {
    fn charge(&self, command: ChargeCard) -> u64 {
        command.0
    }
}

#[handler]
impl Payments {
    async fn refund(&self, command: Refund) -> u64 {
        command.0
    }
}

#[mediator]
pub struct Shop {
    payments: Payments,
}

pub async fn refund(shop: &Shop) -> u64 {
    let charged = shop.send(ChargeCard(7)).await.unwrap_or(0);
    shop.send(Refund(charged)).await.unwrap_or(0)
}

fn main() {}
