//! CATGA003: a handler sends a reference to a message, at `&ChargeCard(1)`.

use catga::prelude::*;

#[command(reply = u64)]
pub struct ChargeCard(pub u64);

#[command]
pub struct PlaceOrder;

pub struct Orders;

#[handler]
impl Orders {
    fn charge(&self, command: ChargeCard) -> u64 {
        command.0
    }

    async fn place(&self, _: PlaceOrder, cx: &mut Context<impl Sends<ChargeCard>>) {
        let _charged = cx.send(&ChargeCard(1)).await;
    }
}

#[mediator]
pub struct Shop {
    orders: Orders,
}

fn main() {}
