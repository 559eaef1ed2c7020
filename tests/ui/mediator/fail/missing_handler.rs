//! CATGA001: a message is sent that nothing handles, at `Refund`.

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

#[command]
pub struct Refund;

#[mediator]
pub struct Shop {
    payments: Payments,
}

async fn refund(shop: &Shop) {
    let _ = shop.send(Refund).await;
}

fn main() {}
