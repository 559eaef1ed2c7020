//! Each message has a name of its own on the wire.

use catga::prelude::*;

#[command(name = "orders.place")]
pub struct PlaceOrder;

#[command(name = "orders.replace")]
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
