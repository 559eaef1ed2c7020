//! CATGA077: a field is no handler set, or its impl says no `#[handler]`.

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
    let _answer = shop.send(ChargeCard(1)).await;
}

fn main() {}
