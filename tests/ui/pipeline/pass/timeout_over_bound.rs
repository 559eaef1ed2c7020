//! No timeout around a command is longer than its bound.

use catga::prelude::*;

#[command(within(millis = 500))]
pub struct PlaceOrder;

pub struct Orders;

#[handler]
impl Orders {
    async fn place(&self, _command: PlaceOrder) {}
}

#[mediator]
#[pipeline(Timeout::millis(500), queries: Timeout::secs(1))]
pub struct Shop {
    orders: Orders,
}

fn main() {}
