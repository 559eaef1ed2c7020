//! CATGA077: a field's type is an alias of a handler set, at `Bank`.

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

pub type Bank = Payments;

#[mediator]
pub struct Shop {
    payments: Bank,
}

pub async fn charge(shop: &Shop) -> u64 {
    shop.send(ChargeCard).await.unwrap_or(0)
}

fn main() {}
