//! CATGA007: a handler calls a message by an alias, and another asks for it by its name.

use catga::prelude::*;

#[command(reply = u64)]
pub struct ChargeCard(pub u64);

use ChargeCard as Charge;

#[command]
pub struct PlaceOrder;

pub struct Orders;

#[handler]
impl Orders {
    async fn place(&self, _: PlaceOrder, cx: &mut Context<impl Sends<ChargeCard>>) {
        let _charged = cx.send(ChargeCard(1)).await;
    }
}

pub struct Payments;

#[handler]
impl Payments {
    fn charge(&self, command: ChargeCard) -> u64 {
        command.0
    }
}

#[mediator]
pub struct Shop {
    orders: Orders,
    payments: Payments,
}

async fn run(shop: &Shop) {
    let _placed = shop.send(PlaceOrder).await;
    let _charged = shop.send(Charge(2)).await;
}

fn main() {}
