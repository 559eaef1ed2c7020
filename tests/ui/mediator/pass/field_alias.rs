//! CATGA077: a field's type is an alias of a handler set. Mended.

use catga::prelude::*;

#[command(reply = u64)]
pub struct ChargeCard;

pub struct Payments;

#[handler]
impl Payments {
    fn charge(&self, _: ChargeCard) -> u64 {
        7
    }
}

#[mediator]
pub struct Shop {
    payments: Payments,
}

pub async fn charge(shop: &Shop) -> u64 {
    shop.send(ChargeCard).await.unwrap_or(0)
}

fn main() {}
