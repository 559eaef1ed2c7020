//! CATGA009: a handler takes an event by value, at `OrderPlaced`.

use catga::prelude::*;

#[event]
pub struct OrderPlaced;

pub struct Mail;

#[handler]
impl Mail {
    fn on_placed(&self, _event: OrderPlaced) {}
}

#[mediator]
pub struct Shop {
    mail: Mail,
}

fn main() {}
