//! Timeouts within the bound.

use catga::prelude::*;

#[query(reply = u64, within(millis = 500))]
pub struct PlaceOrder;

pub struct Orders;

#[handler]
impl Orders {
    async fn place(&self, _command: PlaceOrder) -> u64 {
        7
    }
}

#[mediator]
#[pipeline(commands: Timeout::secs(3), queries: Timeout::millis(500))]
pub struct Shop {
    orders: Orders,
}

fn main() {}
