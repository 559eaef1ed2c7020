//! CATGA009: an event is heard for ever, at `'static`.

use catga::prelude::*;

#[event]
pub struct OrderPlaced(pub u64);

pub struct Mail;

#[handler]
impl Mail {
    async fn on_placed(&self, event: &'static OrderPlaced) {
        println!("{}", event.0);
    }
}

#[mediator]
pub struct Shop {
    mail: Mail,
}

fn main() {}
