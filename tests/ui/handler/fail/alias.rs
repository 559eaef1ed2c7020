//! CATGA007: a handler names its message by an alias, at `Charge`.

use catga::prelude::*;

#[command(reply = u64)]
pub struct ChargeCard(pub u64);

pub type Charge = ChargeCard;

pub struct Payments;

#[handler]
impl Payments {
    fn charge(&self, command: Charge) -> u64 {
        command.0
    }
}

#[mediator]
pub struct Shop {
    payments: Payments,
}

async fn charge(shop: &Shop) {
    let _ = shop.send(ChargeCard(1)).await;
}

fn main() {}
