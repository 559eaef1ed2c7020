//! CATGA068: a handler set that no other thread may have, at `Orders`.

use catga::prelude::*;
use std::rc::Rc;

#[command(reply = usize)]
pub struct PlaceOrder(pub u64);

#[event]
pub struct OrderPlaced;

pub struct Orders {
    placed: Rc<[u64]>,
}

#[handler]
impl Orders {
    async fn place(&self, command: PlaceOrder, cx: &mut Context<impl Publishes<OrderPlaced>>) -> usize {
        let _told = cx.publish(OrderPlaced).await;
        self.placed.len() + command.0 as usize
    }
}

pub struct Mail;

#[handler]
impl Mail {
    async fn on_placed(&self, _: &OrderPlaced) {}
}

#[mediator]
#[pipeline(Timeout::secs(2))]
pub struct Shop {
    orders: Orders,
    mail: Mail,
}

pub async fn place(shop: &Shop) -> usize {
    let _told = shop.publish(OrderPlaced).await;
    shop.send(PlaceOrder(7)).await.unwrap_or_default()
}

fn main() {}
