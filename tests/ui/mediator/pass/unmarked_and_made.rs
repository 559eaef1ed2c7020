use catga::prelude::*;

#[command(reply = u64)]
pub struct ChargeCard(pub u64);

#[command]
pub struct Refund;

#[command(reply = u64)]
pub struct PlaceOrder;

pub struct Payments;

#[handler]
impl Payments {
    fn charge(&self, command: ChargeCard) -> u64 {
        command.0
    }

    fn refund(&self, _: Refund) {}
}

pub struct Orders;

#[handler]
impl Orders {
    async fn place(&self, _: PlaceOrder, cx: &mut Context<impl Sends<ChargeCard> + Sends<Refund>>) -> u64 {
        let _refunded = cx.send(Refund).await;
        cx.send(ChargeCard(7)).await.unwrap_or_default()
    }
}

#[mediator]
pub struct Shop {
    payments: Payments,
    orders: Orders,
}

pub async fn place() -> u64 {
    let shop = Shop { payments: Payments, orders: Orders };
    shop.send(PlaceOrder).await.unwrap_or_default()
}

fn main() {}
