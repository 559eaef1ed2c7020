//! Timeouts within the bound.

use catga::prelude::*;

#[command(reply = u64, within(millis = 500))]
pub struct PlaceOrder;

pub struct Orders;

#[handler]
impl Orders {
    #[pipeline(Trace, Timeout::millis(400))]
    async fn place(&self, _command: PlaceOrder) -> u64 {
        7
    }
}

#[mediator]
pub struct Shop {
    orders: Orders,
}

fn main() {}
