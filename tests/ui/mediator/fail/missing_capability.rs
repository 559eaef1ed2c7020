//! CATGA001: a handler may send a message that nothing handles, at `Orders`.

use catga::prelude::*;

#[command(reply = u64)]
pub struct ChargeCard(pub u64);

#[command]
pub struct PlaceOrder;

pub struct Orders;

#[handler]
impl Orders {
    async fn place(&self, _command: PlaceOrder, cx: &mut Context<impl Sends<ChargeCard>>) {
        let _ = cx.send(ChargeCard(1)).await;
    }
}

#[mediator]
pub struct Shop {
    orders: Orders,
}

fn main() {}
