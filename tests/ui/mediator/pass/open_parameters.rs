//! CATGA069: what threads share of a parameter goes without saying, in a handler set and in a mediator.

use catga::prelude::*;
use futures_util::{Stream, stream};
use std::future::Future;

#[command(reply = u64)]
pub struct ChargeCard(pub u64);

#[query(stream = u64)]
pub struct ListCharges;

#[event]
pub struct Charged(pub u64);

pub trait Bank {
    fn pay(&self, cents: u64) -> impl Future<Output = u64> + Send;
    fn all(&self) -> Vec<u64>;
}

pub struct Payments<B> {
    bank: B,
}

#[handler]
#[pipeline(Timeout::secs(2))]
impl<B: Bank> Payments<B> {
    async fn charge(&self, command: ChargeCard, cx: &mut Context<impl Publishes<Charged>>) -> u64 {
        let bank = &self.bank;
        let paid = bank.pay(command.0).await;
        let _told = cx.publish(Charged(paid)).await;
        paid + bank.pay(command.0).await
    }

    fn list(&self, _: ListCharges) -> impl Stream<Item = u64> {
        stream::iter(self.bank.all())
    }
}

pub struct Mail<T>(T);

#[handler]
impl<T> Mail<T> {
    fn on_charged(&self, _: &Charged) {}
}

#[mediator(handles(ChargeCard))]
#[pipeline(Validate)]
pub struct Shop<B: Bank, T> {
    payments: Payments<B>,
    mail: Mail<T>,
}

pub struct Stripe;

impl Bank for Stripe {
    async fn pay(&self, cents: u64) -> u64 {
        cents
    }

    fn all(&self) -> Vec<u64> {
        Vec::new()
    }
}

pub async fn charge(shop: &Shop<Stripe, u8>) -> u64 {
    let _told = shop.publish(Charged(7)).await;
    shop.send(ChargeCard(1)).await.unwrap_or_default()
}

pub fn list(shop: &Shop<Stripe, u8>) {
    drop(shop.stream(ListCharges));
}

fn main() {}
