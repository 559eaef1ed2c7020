//! CATGA029: two messages of a mediator have one name on the wire, at `Shop`.

use catga::prelude::*;

#[command(name = "orders.place")]
pub struct PlaceOrder;

#[command(name = "orders.place")]
pub struct ReplaceOrder;

pub struct Orders;

#[handler]
impl Orders {
    fn place(&self, _command: PlaceOrder) {}

    fn replace(&self, _command: ReplaceOrder) {}
}

#[mediator]
pub struct Shop {
    orders: Orders,
}

fn main() {}
