//! CATGA058: a handler takes a message that there is not. Mended.

use catga::prelude::*;

#[command]
pub struct Audit;

#[command(reply = u64)]
pub struct PlaceOrder(pub u64);

pub struct Orders;

#[handler]
impl Orders {
    async fn place(&self, command: PlaceOrder, cx: &mut Context<impl Sends<Audit>>) -> u64 {
        let _audited = cx.send(Audit).await;
        command.0
    }

    fn audit(&self, _: Audit) {}
}

#[mediator]
pub struct Shop {
    orders: Orders,
}

pub async fn place(shop: &Shop) -> u64 {
    shop.send(PlaceOrder(7)).await.unwrap_or(0)
}

fn main() {}
