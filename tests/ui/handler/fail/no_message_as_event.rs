//! CATGA002: a handler hears what is no message, at `Paid`.

use catga::prelude::*;

#[event]
pub struct Charged(pub u64);

pub struct Paid(pub u64);

pub struct Mail;

#[handler]
#[pipeline(Timeout::secs(2))]
impl Mail {
    fn on_charged(&self, _: &Charged) {}

    async fn on_paid(&self, _: &Paid) {}
}

#[mediator]
pub struct Shop {
    mail: Mail,
}

async fn run(shop: &Shop) {
    let _told = shop.publish(Paid(1)).await;
}

fn main() {}
