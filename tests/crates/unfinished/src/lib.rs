//! A handler whose body is being written. It does not compile, and is nobody's mistake but the body's.

use catga::prelude::*;

#[command(reply = u64)]
pub struct ChargeCard(pub u64);

pub struct Payments {
    pub fee: u64,
}

#[handler]
impl Payments {
    fn charge(&self, command: ChargeCard) -> u64 {
        self.
    }
}

#[mediator(export, handles(ChargeCard))]
pub struct Shop {
    pub payments: Payments,
}

pub async fn charge(shop: &Shop) {
    let _ = shop.send(ChargeCard(1)).await;
}
