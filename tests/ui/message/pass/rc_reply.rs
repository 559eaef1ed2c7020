use std::sync::Arc;

use catga::prelude::*;

#[query(reply = Arc<str>)]
pub struct GetOrder;

pub struct Orders;

#[handler]
impl Orders {
    fn get(&self, _: GetOrder) -> Arc<str> {
        Arc::from("shoes")
    }
}

#[mediator]
pub struct Shop {
    orders: Orders,
}

pub async fn get(shop: &Shop) -> bool {
    shop.send(GetOrder).await.is_ok()
}

fn main() {}
