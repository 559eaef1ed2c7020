use catga::prelude::*;
use std::sync::atomic::{AtomicU64, Ordering};

#[event]
pub struct OrderPlaced {
    pub seen: AtomicU64,
}

pub struct Orders;

#[handler]
impl Orders {
    async fn on_placed(&self, event: &OrderPlaced) {
        event.seen.store(1, Ordering::Relaxed);
    }
}

pub struct Mail;

#[handler]
#[pipeline(Timeout::secs(2))]
impl Mail {
    async fn on_placed(&self, event: &OrderPlaced) {
        event.seen.store(2, Ordering::Relaxed);
    }
}

#[mediator]
pub struct Shop {
    orders: Orders,
    mail: Mail,
}

pub async fn tell(shop: &Shop) {
    let _told = shop.publish(OrderPlaced { seen: Default::default() }).await;
}

fn main() {}
