//! CATGA031: the attribute stands on the impl of a trait.

use catga::prelude::*;

#[command(reply = u64)]
pub struct ChargeCard(pub u64);

pub struct Payments;

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

async fn run(shop: &Shop) {
    let _charged = shop.send(ChargeCard(1)).await;
}

fn main() {}
