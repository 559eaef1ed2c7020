//! CATGA058: a handler impl of a parameter that it does not have.

use catga::prelude::*;

pub trait Bank {
    fn pay(&self, cents: u64) -> u64;
}

pub struct Cash;

impl Bank for Cash {
    fn pay(&self, cents: u64) -> u64 {
        cents
    }
}

#[command(reply = u64)]
pub struct ChargeCard(pub u64);

pub struct Payments<B> {
    bank: B,
}

#[handler]
impl<B: Bank + Send + Sync + 'static> Payments<B> {
    fn charge(&self, command: ChargeCard) -> u64 {
        self.bank.pay(command.0)
    }
}

#[mediator(nested)]
pub struct Billing<B: Bank> {
    payments: Payments<B>,
}

#[mediator]
pub struct Shop {
    billing: Billing<Cash>,
}

pub async fn charge(shop: &Shop) -> u64 {
    shop.send(ChargeCard(7)).await.unwrap_or(0)
}

fn main() {}
