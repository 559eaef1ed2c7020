//! Timeouts within the bound.

use catga::prelude::*;

#[command(reply = u64, within(millis = 500))]
pub struct PlaceOrder;

pub struct Orders;

#[handler]
#[pipeline(Timeout::millis(400))]
impl Orders {
    async fn place(&self, _command: PlaceOrder) -> u64 {
        7
    }
}

#[mediator]
pub struct Shop {
    orders: Orders,
}

fn main() {}
