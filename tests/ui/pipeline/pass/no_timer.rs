use catga::prelude::*;
use catga::time::TokioTimer;

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
    timer: TokioTimer,
}

fn main() {}
