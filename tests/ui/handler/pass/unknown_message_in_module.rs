//! CATGA058: a handler takes a message that its module does not have. Mended.

use catga::prelude::*;

mod messages {
    use catga::prelude::*;

    #[command(reply = u64)]
    pub struct ChargeCard(pub u64);
}

pub struct Payments;

#[handler]
impl Payments {
    async fn charge(&self, command: messages::ChargeCard) -> u64 {
        command.0
    }
}

#[mediator]
pub struct Shop {
    payments: Payments,
}

pub async fn charge(shop: &Shop) -> u64 {
    shop.send(messages::ChargeCard(1)).await.unwrap_or(0)
}

fn main() {}
