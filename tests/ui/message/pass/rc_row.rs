use std::sync::Arc;

use catga::prelude::*;
use futures_util::stream::{self, Stream};

#[query(stream = Arc<str>)]
pub struct ListOrders;

pub struct Orders;

#[handler]
impl Orders {
    fn list(&self, _: ListOrders) -> impl Stream<Item = Arc<str>> {
        stream::iter([Arc::from("shoes")])
    }
}

#[mediator]
pub struct Shop {
    orders: Orders,
}

pub async fn list(shop: &Shop) {
    let _rows = shop.stream(ListOrders);
}

fn main() {}
