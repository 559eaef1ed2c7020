//! CATGA001: a stream query that nothing handles.

use catga::prelude::*;
use futures_util::{Stream, StreamExt, stream};

#[query(stream = u64)]
pub struct List;

#[query(stream = u64)]
pub struct Tail;

pub struct Rates;

#[handler]
impl Rates {
    fn list(&self, _query: List) -> impl Stream<Item = u64> {
        stream::iter([1, 2])
    }
}

#[mediator]
pub struct Shop {
    rates: Rates,
}

async fn count(shop: &Shop) -> usize {
    shop.stream(List).count().await
}

fn main() {}
