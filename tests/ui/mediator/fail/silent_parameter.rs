//! CATGA069: a mediator says nothing of a parameter that its handler set has bounds on, at `B`.

use catga::prelude::*;
use std::future::Future;

#[command(reply = u64)]
pub struct ChargeCard(pub u64);

#[command(reply = u64)]
pub struct Refund(pub u64);

pub trait Bank {
    fn pay(&self, cents: u64) -> impl Future<Output = u64> + Send;
}

pub struct Payments<B> {
    bank: B,
}

#[handler]
impl<B: Bank + Send + Sync + 'static> Payments<B> {
    async fn charge(&self, command: ChargeCard) -> u64 {
        self.bank.pay(command.0).await
    }

    async fn refund(&self, command: Refund, cx: &mut Context<impl Sends<ChargeCard>>) -> u64 {
        cx.send(ChargeCard(command.0)).await.unwrap_or_default()
    }
}

pub struct Stripe;

impl Bank for Stripe {
    async fn pay(&self, cents: u64) -> u64 {
        cents
    }
}

#[mediator]
pub struct Shop<B> {
    payments: Payments<B>,
}

pub async fn charge(shop: &Shop<Stripe>) -> u64 {
    shop.send(ChargeCard(1)).await.unwrap_or_default()
}

fn main() {}
