//! CATGA029: two messages that a key tells apart have one name on the wire, at `Shop`.

use catga::prelude::*;

pub mod web {
    #[catga::event]
    pub struct OrderPlaced;
}

pub mod till {
    #[catga::event]
    pub struct OrderPlaced;
}

pub struct Mail;

#[handler]
impl Mail {
    fn on_web(&self, _event: &web::OrderPlaced) {}
}

pub struct Ledger;

#[handler]
impl Ledger {
    #[handler(key = "till.order_placed")]
    fn on_till(&self, _event: &till::OrderPlaced) {}
}

#[mediator]
pub struct Shop {
    mail: Mail,
    ledger: Ledger,
}

async fn place(shop: &Shop) {
    let _ = shop.publish(web::OrderPlaced).await;
}

fn main() {}
