//! CATGA009: a handler takes by reference a command that others send, at `ChargeCard`.

use catga::prelude::*;

#[command(reply = u64)]
pub struct ChargeCard(pub u64);

#[event]
pub struct OrderPlaced(pub u64);

#[command]
pub struct PlaceOrder;

pub struct Payments;

#[handler]
impl Payments {
    fn charge(&self, command: &ChargeCard) -> u64 {
        command.0
    }
}

pub struct Mail;

#[handler]
impl Mail {
    fn on_placed(&self, event: &OrderPlaced) {
        drop(event.0.to_string());
    }
}

pub struct Orders;

#[handler]
impl Orders {
    async fn place(&self, _command: PlaceOrder, cx: &mut Context<impl Sends<ChargeCard> + Publishes<OrderPlaced>>) {
        let _ = cx.send(ChargeCard(1)).await;
        let _ = cx.publish(OrderPlaced(1)).await;
    }
}

#[mediator]
pub struct Shop {
    orders: Orders,
    payments: Payments,
    mail: Mail,
}

async fn place(shop: &Shop) {
    let _ = shop.send(PlaceOrder).await;
    let _ = shop.send(ChargeCard(2)).await;
    let _ = shop.publish(OrderPlaced(2)).await;
}

fn main() {}
