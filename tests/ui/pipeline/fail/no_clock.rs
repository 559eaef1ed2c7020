//! CATGA018: a behavior tells time, and the mediator cannot, at `self.limit`.

use catga::prelude::*;
use catga::time::NoClock;

#[command]
pub struct PlaceOrder;

pub struct Orders;

#[handler]
impl Orders {
    async fn place(&self, _command: PlaceOrder) {}
}

#[mediator(clock = self.clock)]
#[pipeline(self.limit)]
pub struct Device {
    orders: Orders,
    limit: RateLimit,
    clock: NoClock,
}

fn main() {}
