use catga::prelude::*;
use futures_util::stream::{self, Stream};

#[query(reply = u64)]
pub struct GetOrder;

#[query(stream = u64)]
pub struct ListOrders;

pub struct Orders;

#[handler]
impl Orders {
    fn get(&self, _: GetOrder) -> u64 {
        7
    }

    fn list(&self, _: ListOrders) -> impl Stream<Item = u64> {
        stream::iter([7])
    }
}

#[mediator]
pub struct Shop {
    orders: Orders,
}

pub async fn get(shop: &Shop) -> u64 {
    let _rows = shop.stream(ListOrders);
    shop.send(GetOrder).await.unwrap_or_default()
}

fn main() {}
