//! CATGA068: a mediator with a state that threads cannot share, at `Shop`.

use catga::prelude::*;
use std::cell::Cell;

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
    opened: Cell<bool>,
}

pub async fn place(shop: &Shop) {
    shop.opened.set(true);
    let _placed = shop.send(PlaceOrder).await;
}

fn main() {}
