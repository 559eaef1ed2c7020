//! CATGA020: a union as a message that is handled and sent.

use catga::prelude::*;

#[query(reply = Vec<u64>)]
pub struct ListOrders {
    pub most: usize,
}

pub struct Orders;

#[handler]
impl Orders {
    fn list(&self, query: ListOrders) -> Vec<u64> {
        vec![7; query.most]
    }
}

#[mediator]
pub struct Shop {
    orders: Orders,
}

pub async fn list(shop: &Shop) -> usize {
    shop.send(ListOrders { most: 3 }).await.map_or(0, |orders| orders.len())
}

fn main() {}
