//! CATGA128: a row that threads cannot hand to each other, at `Rc<str>`.

use std::rc::Rc;

use catga::prelude::*;
use futures_util::stream::{self, Stream};

#[query(stream = Rc<str>)]
pub struct ListOrders;

pub struct Orders;

#[handler]
impl Orders {
    fn list(&self, _: ListOrders) -> impl Stream<Item = Rc<str>> {
        stream::iter([Rc::from("shoes")])
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
