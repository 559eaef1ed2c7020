//! CATGA121: a handler answers with what it borrows, at `&`.

use catga::prelude::*;

#[query(reply = Option<String>)]
pub struct GetName(pub u64);

pub struct Names {
    names: Vec<String>,
}

#[handler]
impl Names {
    fn find(&self, query: GetName) -> Option<&String> {
        self.names.get(query.0 as usize)
    }
}

#[mediator]
pub struct Shop {
    names: Names,
}

pub async fn find(shop: &Shop) -> Option<String> {
    shop.send(GetName(1)).await.ok().flatten()
}

fn main() {}
