//! CATGA004: a handler publishes a reference to an event, at `&Placed`.

use catga::prelude::*;

#[command]
pub struct PlaceOrder;

#[event]
pub struct Placed;

pub struct Orders;

#[handler]
impl Orders {
    async fn place(&self, _: PlaceOrder, cx: &mut Context<impl Publishes<Placed>>) {
        let _told = cx.publish(&Placed).await;
    }

    fn on_placed(&self, _: &Placed) {}
}

#[mediator]
pub struct Shop {
    orders: Orders,
}

fn main() {}
