//! CATGA080: a handler stops its thread to wait.

use catga::prelude::*;

use std::time::Duration;

#[command]
pub struct Refund;

pub struct Payments;

#[handler]
impl Payments {
    async fn refund(&self, _command: Refund, cx: &mut Context<impl Scope>) {
        cx.timer().sleep(Duration::from_secs(1)).await;
    }
}

#[mediator]
pub struct Shop {
    pub payments: Payments,
}
