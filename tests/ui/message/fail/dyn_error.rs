//! CATGA122: a message fails with a box of whatever it is, at `Box`.

use catga::prelude::*;
use std::error::Error as StdError;

#[command(reply = u64, error = Box<dyn StdError + Send + Sync>)]
pub struct ChargeCard(pub String);

pub struct Payments;

#[handler]
impl Payments {
    async fn charge(&self, command: ChargeCard) -> Result<u64, Box<dyn StdError + Send + Sync>> {
        Ok(command.0.parse::<u64>()?)
    }
}

#[mediator]
pub struct Shop {
    payments: Payments,
}

pub async fn charge(shop: &Shop) -> u64 {
    shop.send(ChargeCard("7".to_owned())).await.unwrap_or(0)
}

fn main() {}
