//! CATGA005: a command is published, at `ChargeCard(1)`.

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

async fn charge(shop: &Shop) {
    let _ = shop.publish(ChargeCard(1)).await;
}

fn main() {}
