use catga::prelude::*;
use futures_util::StreamExt as _;
use futures_util::stream::{self, Stream};

#[query(reply = u64)]
pub struct GetOrder;

#[query(stream = u64)]
pub struct ListOrders;

#[query(reply = u64)]
pub struct Count;

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

pub struct Counts;

#[handler]
impl Counts {
    async fn count(&self, _: Count, cx: &mut Context<impl Sends<GetOrder> + Streams<ListOrders>>) -> u64 {
        let got = cx.send(GetOrder).await.unwrap_or_default();
        got + cx.stream(ListOrders).count().await as u64
    }
}

#[mediator]
pub struct Shop {
    orders: Orders,
    counts: Counts,
}

pub async fn count(shop: &Shop) -> u64 {
    shop.send(Count).await.unwrap_or_default()
}

fn main() {}
