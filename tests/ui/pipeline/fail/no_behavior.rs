//! CATGA127: an entry around many messages that is no behavior, at `Audit`.

use catga::prelude::*;

#[command(reply = u64)]
pub struct ChargeCard(pub u64);

#[query(reply = u64)]
pub struct Balance;

#[event]
pub struct CardExpired;

pub struct Audit;

pub struct Payments;

#[handler]
impl Payments {
    fn charge(&self, command: ChargeCard) -> u64 {
        command.0
    }

    fn balance(&self, _: Balance) -> u64 {
        0
    }

    fn on_expired(&self, _: &CardExpired) {}
}

#[mediator]
#[pipeline(Trace, Audit)]
pub struct Shop {
    payments: Payments,
}

pub async fn charge(shop: &Shop) -> u64 {
    let _told = shop.publish(CardExpired).await;
    shop.send(ChargeCard(7)).await.unwrap_or_default()
}

fn main() {}
