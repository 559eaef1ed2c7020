//! CATGA049: a field's timeout over a message's bound, at `Timeout`.

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
pub struct Shop {
    #[pipeline(Timeout::secs(1))]
    orders: Orders,
}

fn main() {}
