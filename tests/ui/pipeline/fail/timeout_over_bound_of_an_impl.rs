//! CATGA049: an impl's timeout over a message's bound, at `Timeout`.

use catga::prelude::*;

#[command(reply = u64, within(millis = 500))]
pub struct PlaceOrder;

pub struct Orders;

#[handler]
#[pipeline(Timeout::secs(1))]
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
