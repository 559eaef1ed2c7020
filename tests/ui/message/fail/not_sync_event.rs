//! CATGA074: an event that threads cannot share, and two handlers of it, at `OrderPlaced`.

use catga::prelude::*;
use std::cell::Cell;

#[event]
pub struct OrderPlaced {
    pub seen: Cell<u64>,
}

pub struct Orders;

#[handler]
impl Orders {
    async fn on_placed(&self, event: &OrderPlaced) {
        event.seen.set(1);
    }
}

pub struct Mail;

#[handler]
#[pipeline(Timeout::secs(2))]
impl Mail {
    async fn on_placed(&self, event: &OrderPlaced) {
        event.seen.set(2);
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
