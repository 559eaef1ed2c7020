//! CATGA082: a handler runs a future to its end in its thread, at `block_on`.

use catga::prelude::*;

#[command]
pub struct Refund;

pub struct Payments;

#[handler]
impl Payments {
    async fn refund(&self, _command: Refund) {
        let runtime = tokio::runtime::Handle::current();
        runtime.block_on(std::future::ready(()));
    }
}

#[mediator]
pub struct Shop {
    pub payments: Payments,
}
