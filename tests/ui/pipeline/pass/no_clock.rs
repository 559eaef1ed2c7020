use catga::prelude::*;
use catga::time::SystemClock;

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
    clock: SystemClock,
}

fn main() {}
