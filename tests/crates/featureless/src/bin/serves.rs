//! A mediator that serves, without the feature `wire`.

use catga::prelude::*;

#[command]
pub struct Audit;

pub struct Books;

#[handler]
impl Books {
    fn audit(&self, _: Audit) {}
}

#[mediator(serves)]
pub struct Shop {
    books: Books,
}

pub async fn audit(shop: &Shop) {
    let _audited = shop.send(Audit).await;
}

fn main() {}
