use catga::prelude::*;

#[command(reply = u64)]
pub struct PlaceOrder(pub u64);

#[command(reply = u64)]
pub struct ChargeCard(pub u64);

#[event]
pub struct OrderPlaced;

pub struct Orders;

#[handler]
impl Orders {
    async fn place(
        &self,
        command: PlaceOrder,
        cx: &mut Context<impl Sends<ChargeCard> + Publishes<OrderPlaced>>,
    ) -> u64 {
        let _told = cx.publish(OrderPlaced).await;
        cx.send(ChargeCard(command.0)).await.unwrap_or_default()
    }

    fn charge(&self, command: ChargeCard) -> u64 {
        command.0
    }

    fn on_placed(&self, _: &OrderPlaced) {}
}

#[mediator]
pub struct Shop {
    orders: Orders,
}

pub async fn place(shop: &Shop) -> u64 {
    shop.send(PlaceOrder(7)).await.unwrap_or_default()
}

fn main() {}
