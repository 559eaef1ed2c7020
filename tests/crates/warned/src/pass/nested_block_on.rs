//! CATGA082: a handler runs a future to its end in its thread.

use catga::prelude::*;

#[command]
pub struct Refund;

pub struct Payments;

#[handler]
impl Payments {
    async fn refund(&self, _command: Refund) {
        std::future::ready(()).await;
    }
}

#[mediator]
pub struct Shop {
    pub payments: Payments,
}
