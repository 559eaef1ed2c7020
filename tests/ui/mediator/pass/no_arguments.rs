use catga::prelude::*;

#[command(reply = u64)]
pub struct ChargeCard(pub u64);

#[query(reply = u64)]
pub struct Balance;

#[event]
pub struct CardExpired;

pub trait Bank: Send + Sync {
    fn charge(&self, cents: u64) -> u64;
}

pub struct Payments<B> {
    bank: B,
}

#[handler]
impl<B: Bank> Payments<B> {
    fn charge(&self, command: ChargeCard) -> u64 {
        self.bank.charge(command.0)
    }

    fn balance(&self, _: Balance) -> u64 {
        0
    }

    fn on_expired(&self, _: &CardExpired) {}
}

pub struct Cash;

impl Bank for Cash {
    fn charge(&self, cents: u64) -> u64 {
        cents
    }
}

#[mediator]
pub struct Shop {
    payments: Payments<Cash>,
}

pub async fn charge() -> u64 {
    let shop = Shop { payments: Payments { bank: Cash } };
    let _told = shop.publish(CardExpired).await;
    shop.send(ChargeCard(7)).await.unwrap_or_default()
}

fn main() {}
