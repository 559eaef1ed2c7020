//! CATGA124: a handler set that the mediator cannot see.

use catga::prelude::*;
use mail::Mail;

#[event]
pub struct Paid;

mod mail {
    use super::*;

    pub struct Mail;

    #[handler]
    impl Mail {
        fn on_paid(&self, _: &Paid) {}
    }
}

#[mediator]
pub struct Shop {
    mail: Mail,
}

pub async fn pay(shop: &Shop) {
    let _told = shop.publish(Paid).await;
}

fn main() {}
