//! CATGA078: a handler publishes, and its context says of nothing that it may.

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

fn main() {}
