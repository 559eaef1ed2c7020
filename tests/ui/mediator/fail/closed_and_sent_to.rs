//! CATGA046: what a closed inner mediator handles is sent to the outer one, at `Billing`.

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
pub struct Billing {
    payments: Payments,
}

#[mediator]
pub struct Shop {
    billing: Billing,
}

async fn charge(shop: &Shop) {
    let _ = shop.send(ChargeCard(1)).await;
}

fn main() {}
