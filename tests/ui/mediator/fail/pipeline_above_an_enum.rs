//! CATGA040: a mediator that is an enum, below its pipeline, at `pub`.

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

#[pipeline(Trace)]
#[mediator]
pub enum Shop {
    Open(Payments),
    Closed,
}

pub async fn charge(shop: &Shop) -> u64 {
    shop.send(ChargeCard(7)).await.unwrap_or_default()
}

fn main() {}
