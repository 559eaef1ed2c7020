//! CATGA005: a reference to an event is published.

use catga::prelude::*;

#[event]
pub struct Charged;

pub struct Mail;

#[handler]
impl Mail {
    async fn on_charged(&self, _: &Charged) {}
}

#[mediator]
pub struct Shop {
    mail: Mail,
}

async fn run(shop: &Shop) {
    let _told = shop.publish(Charged).await;
}

fn main() {}
