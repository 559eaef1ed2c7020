//! CATGA005: an event is published that nobody hears, at `OrderPlaced`.

use catga::prelude::*;

#[event]
pub struct OrderPlaced;
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

async fn place(shop: &Shop) {
    let _ = shop.publish(OrderPlaced).await;
}

fn main() {}
