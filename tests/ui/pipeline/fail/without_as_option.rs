//! CATGA053: what is taken out stands behind an equals sign, at `without`.

use catga::prelude::*;

#[command(reply = u64)]
pub struct ChargeCard(pub u64);

pub struct Payments;

#[handler]
impl Payments {
    #[pipeline(without = Timeout)]
    fn charge(&self, command: ChargeCard) -> u64 {
        command.0
    }
}

#[mediator]
#[pipeline(Timeout::secs(1))]
pub struct Shop {
    payments: Payments,
}

pub async fn charge(shop: &Shop) -> u64 {
    shop.send(ChargeCard(7)).await.unwrap_or_default()
}

fn main() {}
