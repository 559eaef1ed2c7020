//! A mediator whose last field and a handler whose argument are being written. Rustc says so, of each once.

use catga::prelude::*;

#[command(reply = u64)]
pub struct ChargeCard(pub u64);

pub struct Payments;

#[handler]
#[pipeline(Timeout::secs(1))]
impl Payments {
    #[handler(name = "charge")]
    async fn charge(&self, command: ) -> u64 {
        7
    }
}

#[mediator(export, handles(ChargeCard))]
#[pipeline(Trace)]
pub struct Shop {
    #[state]
    pub name: String,
    pub payments:
}

pub async fn charge(shop: &Shop) {
    let _ = shop.send(ChargeCard(1)).await;
}
