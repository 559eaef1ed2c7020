//! CATGA128: a reply that threads cannot hand to each other, at `Rc<str>`.

use std::rc::Rc;

use catga::prelude::*;

#[query(reply = Rc<str>)]
pub struct GetOrder;

pub struct Orders;

#[handler]
impl Orders {
    fn get(&self, _: GetOrder) -> Rc<str> {
        Rc::from("shoes")
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
