//! CATGA083: a handler spawns what nobody waits for.

use catga::prelude::*;

#[command]
pub struct Refund;

pub struct Payments;

#[handler]
impl Payments {
    async fn refund(&self, _command: Refund) {
        let task = tokio::spawn(std::future::ready(()));
        let _ = task.await;
    }
}

#[mediator]
pub struct Shop {
    pub payments: Payments,
}
