//! Two messages that a key tells apart differ on the wire, too.

use catga::prelude::*;

pub mod web {
    #[catga::event]
    pub struct OrderPlaced;
}

pub mod till {
    #[catga::event(name = "till.order_placed")]
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
