//! CATGA088: a type in an event that no other thread may have, at `OrderPlaced`.

use catga::prelude::*;
use std::rc::Rc;

#[derive(Clone)]
pub struct Receipt(pub Rc<str>);

#[event]
pub struct OrderPlaced {
    pub receipt: Receipt,
}

pub struct Mail;

#[handler]
impl Mail {
    async fn on_placed(&self, event: &OrderPlaced) {
        println!("{}", event.receipt.0);
    }
}

#[mediator]
pub struct Shop {
    mail: Mail,
}

pub async fn place(shop: &Shop) {
    let _told = shop.publish(OrderPlaced { receipt: Receipt("a".into()) }).await;
}

fn main() {}
