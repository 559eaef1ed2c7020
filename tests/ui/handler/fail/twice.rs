//! CATGA017: two methods of one impl hear one event, at `OrderPlaced`.

use catga::prelude::*;

#[event]
pub struct OrderPlaced;

pub struct Mail;

#[handler]
impl Mail {
    fn on_placed(&self, _event: &OrderPlaced) {}

    fn also_on_placed(&self, _event: &OrderPlaced) {}
}

#[mediator]
pub struct Shop {
    mail: Mail,
}

fn main() {}
