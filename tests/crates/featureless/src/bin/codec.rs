//! A message in JSON, without the feature `json`.

use catga::codec::Json;
use catga::prelude::*;

#[command(codec = Json)]
pub struct Audit;

pub struct Books;

#[handler]
impl Books {
    fn audit(&self, _: Audit) {}
}

#[mediator]
pub struct Shop {
    books: Books,
}

pub async fn audit(shop: &Shop) {
    let _audited = shop.send(Audit).await;
}

fn main() {}
