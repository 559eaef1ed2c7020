use catga::prelude::*;
use std::sync::atomic::{AtomicBool, Ordering};

#[command]
pub struct PlaceOrder;

pub struct Orders;

#[handler]
impl Orders {
    async fn place(&self, _: PlaceOrder) {}
}

#[mediator]
#[pipeline(Timeout::secs(2))]
pub struct Shop {
    orders: Orders,
    #[state]
    opened: AtomicBool,
}

pub async fn place(shop: &Shop) {
    shop.opened.store(true, Ordering::Relaxed);
    let _placed = shop.send(PlaceOrder).await;
}

fn main() {}
