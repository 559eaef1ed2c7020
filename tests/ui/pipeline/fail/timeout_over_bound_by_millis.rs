//! CATGA049: a timeout in milliseconds over its message's bound, at `Timeout`.

use catga::prelude::*;

#[command(reply = u64, within(millis = 500))]
pub struct PlaceOrder;

pub struct Orders;

#[handler]
impl Orders {
    async fn place(&self, _command: PlaceOrder) -> u64 {
        7
    }
}

#[mediator]
#[pipeline(Timeout::millis(501))]
pub struct Shop {
    orders: Orders,
}

fn main() {}
