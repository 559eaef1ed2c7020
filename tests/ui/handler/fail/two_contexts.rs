//! CATGA066: a handler takes two contexts, at `&mut Context<impl Publishes<OrderPlaced>>`.

use catga::prelude::*;

#[command(reply = u64)]
pub struct PlaceOrder;

#[command(reply = u64)]
pub struct ChargeCard;

#[event]
pub struct OrderPlaced;

pub struct Orders;

#[handler]
impl Orders {
    async fn place(
        &self,
        _: PlaceOrder,
        cx: &mut Context<impl Sends<ChargeCard>>,
        events: &mut Context<impl Publishes<OrderPlaced>>,
    ) -> u64 {
        let _told = events.publish(OrderPlaced).await;
        cx.send(ChargeCard).await.unwrap_or(0)
    }

    fn charge(&self, _: ChargeCard) -> u64 {
        7
    }

    fn on_placed(&self, _: &OrderPlaced) {}
}

#[mediator]
pub struct Shop {
    orders: Orders,
}

pub async fn place(shop: &Shop) -> u64 {
    shop.send(PlaceOrder).await.unwrap_or(0)
}

fn main() {}
