//! CATGA005: a handler may publish an event that nobody hears, at `Orders`.

use catga::prelude::*;

#[event]
pub struct OrderPlaced;

#[command]
pub struct PlaceOrder;

pub struct Orders;

#[handler]
impl Orders {
    async fn place(&self, _command: PlaceOrder, cx: &mut Context<impl Publishes<OrderPlaced>>) {
        let _ = cx.publish(OrderPlaced).await;
    }
}

#[mediator]
pub struct Shop {
    orders: Orders,
}

fn main() {}
