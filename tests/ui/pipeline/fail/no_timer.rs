//! CATGA013: a behavior waits, and the mediator cannot, at `Timeout`.

use catga::prelude::*;
use catga::time::NoTimer;

#[command]
pub struct PlaceOrder;

pub struct Orders;

#[handler]
impl Orders {
    async fn place(&self, _command: PlaceOrder) {}
}

#[mediator(timer = self.timer)]
#[pipeline(Timeout::secs(1))]
pub struct Device {
    orders: Orders,
    timer: NoTimer,
}

fn main() {}
