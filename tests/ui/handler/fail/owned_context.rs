//! CATGA064: a handler that returns no stream takes its context by value, at `cx: Context<impl Sends<ChargeCard>>`.

use catga::prelude::*;

#[command(reply = u64)]
pub struct PlaceOrder;

#[command(reply = u64)]
pub struct ChargeCard;

pub struct Orders;

#[handler]
impl Orders {
    async fn place(&self, _: PlaceOrder, cx: Context<impl Sends<ChargeCard>>) -> u64 {
        cx.send(ChargeCard).await.unwrap_or(0)
    }

    fn charge(&self, _: ChargeCard) -> u64 {
        7
    }
}

#[mediator]
pub struct Shop {
    orders: Orders,
}

pub async fn place(shop: &Shop) -> u64 {
    shop.send(PlaceOrder).await.unwrap_or(0)
}

fn main() {}
