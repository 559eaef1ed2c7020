use catga::prelude::*;
use std::sync::Arc;

#[command(reply = usize)]
pub struct ChargeCard {
    pub name: Arc<str>,
}

#[command(reply = usize)]
pub struct PlaceOrder;

pub struct Orders;

#[handler]
impl Orders {
    async fn place(&self, _: PlaceOrder, cx: &mut Context<impl Sends<ChargeCard>>) -> usize {
        cx.send(ChargeCard { name: "a".into() }).await.unwrap_or_default()
    }
}

pub struct Payments;

#[handler]
#[pipeline(Timeout::secs(2))]
impl Payments {
    async fn charge(&self, command: ChargeCard) -> usize {
        command.name.len()
    }
}

#[mediator]
pub struct Shop {
    orders: Orders,
    payments: Payments,
}

pub async fn charge(shop: &Shop) -> usize {
    shop.send(ChargeCard { name: "b".into() }).await.unwrap_or_default()
}

fn main() {}
