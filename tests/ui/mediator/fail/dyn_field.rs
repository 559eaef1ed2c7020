//! CATGA041: a field is a trait object that threads cannot share, at `Box`.

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

pub trait Audit {}

#[mediator]
pub struct Shop {
    payments: Payments,
    audit: Box<dyn Audit>,
}

pub async fn charge(shop: &Shop) -> u64 {
    shop.send(ChargeCard(1)).await.unwrap_or(0)
}

fn main() {}
