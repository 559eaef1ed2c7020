//! CATGA080: a handler stops its thread to wait, at `sleep`.

use catga::prelude::*;

use std::time::Duration;

#[command]
pub struct Refund;

pub struct Payments;

#[handler]
impl Payments {
    async fn refund(&self, _command: Refund) {
        std::thread::sleep(Duration::from_secs(1));
    }
}

#[mediator]
pub struct Shop {
    pub payments: Payments,
}
