//! CATGA001: a message is sent that nothing handles. Mended.

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

pub struct Refunds;

#[handler]
impl Refunds {
    fn refund(&self, _command: Refund) {}
}

#[mediator]
pub struct Shop {
    payments: Payments,
    refunds: Refunds,
}

async fn refund(shop: &Shop) {
    let _ = shop.send(Refund).await;
}

fn main() {}
