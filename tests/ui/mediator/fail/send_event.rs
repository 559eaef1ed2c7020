//! CATGA001: an event is sent, at `OrderPlaced`.

use catga::prelude::*;

#[event]
pub struct OrderPlaced;

pub struct Mail;

#[handler]
impl Mail {
    fn on_placed(&self, _event: &OrderPlaced) {}
}

#[mediator]
pub struct Shop {
    mail: Mail,
}

async fn place(shop: &Shop) {
    let _ = shop.send(OrderPlaced).await;
}

fn main() {}
