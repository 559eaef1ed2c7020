//! CATGA004: a handler publishes what its context does not allow, at `OrderPlaced`.

use catga::prelude::*;

#[event]
pub struct OrderPlaced;

#[event]
pub struct OrderLost;

#[command]
pub struct PlaceOrder;

pub struct Orders;

#[handler]
impl Orders {
    async fn place(&self, _command: PlaceOrder, cx: &mut Context<impl Publishes<OrderLost>>) {
        let _ = cx.publish(OrderPlaced).await;
    }
}

fn main() {}
