//! CATGA001: a query is streamed that answers at once, at `ListOrders`.

use catga::prelude::*;
use futures_util::StreamExt as _;

#[query(reply = Vec<u64>)]
pub struct ListOrders;

pub struct Orders;

#[handler]
impl Orders {
    fn list(&self, _: ListOrders) -> Vec<u64> {
        vec![7]
    }
}

#[mediator]
pub struct Shop {
    orders: Orders,
}

pub async fn list(shop: &Shop) -> usize {
    shop.stream(ListOrders).count().await
}

fn main() {}
