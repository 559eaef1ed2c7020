//! CATGA013: a behavior of a handler set waits, and the mediator cannot, at `Orders`.

use catga::prelude::*;
use catga::time::NoTimer;

#[command]
pub struct PlaceOrder;

pub struct Orders;

#[handler]
#[pipeline(Timeout::secs(1))]
impl Orders {
    async fn place(&self, _command: PlaceOrder) {}
}

#[mediator(timer = self.timer)]
pub struct Device {
    orders: Orders,
    timer: NoTimer,
}

fn main() {}
