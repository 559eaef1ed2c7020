use catga::prelude::*;
use catga::time::TokioTimer;

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
    timer: TokioTimer,
}

fn main() {}
