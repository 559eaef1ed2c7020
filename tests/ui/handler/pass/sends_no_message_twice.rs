use catga::prelude::*;

#[command(reply = u64)]
pub struct PlaceOrder(pub u64);

#[command(reply = u64)]
pub struct ChangeOrder(pub u64);

#[command(reply = u64)]
pub struct ChargeCard(pub u64);

pub struct Orders;

#[handler]
impl Orders {
    async fn place(&self, command: PlaceOrder, cx: &mut Context<impl Sends<ChargeCard>>) -> u64 {
        cx.send(ChargeCard(command.0)).await.unwrap_or_default()
    }

    async fn change(&self, command: ChangeOrder, cx: &mut Context<impl Sends<ChargeCard>>) -> u64 {
        cx.send(ChargeCard(command.0)).await.unwrap_or_default()
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

pub async fn charge(shop: &Shop) -> u64 {
    shop.send(PlaceOrder(1)).await.unwrap_or_default()
}

fn main() {}
