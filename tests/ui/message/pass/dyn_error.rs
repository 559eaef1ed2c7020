//! CATGA122: a message fails with a box of whatever it is. Mended.

use catga::prelude::*;
use std::fmt;
use std::num::ParseIntError;

#[derive(Debug, Classify)]
pub struct NoNumber(ParseIntError);

impl fmt::Display for NoNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for NoNumber {}

#[command(reply = u64, error = NoNumber)]
pub struct ChargeCard(pub String);

pub struct Payments;

#[handler]
impl Payments {
    async fn charge(&self, command: ChargeCard) -> Result<u64, NoNumber> {
        command.0.parse::<u64>().map_err(NoNumber)
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
