//! CATGA049: a timeout is longer than the message says its answer may take, at `Timeout`.

use catga::prelude::*;

#[command(within(millis = 500))]
pub struct PlaceOrder;

pub struct Orders;

#[handler]
impl Orders {
    async fn place(&self, _command: PlaceOrder) {}
}

#[mediator]
#[pipeline(Timeout::secs(1))]
pub struct Shop {
    orders: Orders,
}

fn main() {}
