//! CATGA017: two methods of one impl hear one event. Mended.

use catga::prelude::*;

#[event]
pub struct OrderPlaced;

pub struct Mail;

#[handler]
impl Mail {
    fn on_placed(&self, _event: &OrderPlaced) {}
}

pub struct Log;

#[handler]
impl Log {
    fn on_placed(&self, _event: &OrderPlaced) {}
}

#[mediator]
pub struct Shop {
    mail: Mail,
    log: Log,
}

fn main() {}
