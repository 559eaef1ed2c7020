use catga::prelude::*;
use std::sync::Mutex;

#[command(reply = usize)]
pub struct PlaceOrder(pub u64);

#[event]
pub struct OrderPlaced;

pub struct Orders {
    placed: Mutex<Vec<u64>>,
}

#[handler]
impl Orders {
    async fn place(&self, command: PlaceOrder, cx: &mut Context<impl Publishes<OrderPlaced>>) -> usize {
        if let Ok(mut placed) = self.placed.lock() {
            placed.push(command.0);
        }
        let _told = cx.publish(OrderPlaced).await;
        self.placed.lock().map_or(0, |placed| placed.len())
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
