use catga::prelude::*;

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
    shop.send(ListOrders).await.map_or(0, |orders| orders.len())
}

fn main() {}
