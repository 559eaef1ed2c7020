//! CATGA049: a method's timeout over its message's bound, at `Timeout`.

use catga::prelude::*;

#[command(reply = u64, within(millis = 500))]
pub struct PlaceOrder;

pub struct Orders;

#[handler]
impl Orders {
    #[pipeline(Trace, Timeout::secs(1))]
    async fn place(&self, _command: PlaceOrder) -> u64 {
        7
    }
}

#[mediator]
pub struct Shop {
    orders: Orders,
}

fn main() {}
