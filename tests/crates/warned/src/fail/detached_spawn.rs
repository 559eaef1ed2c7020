//! CATGA083: a handler spawns what nobody waits for, at `spawn`.

use catga::prelude::*;

#[command]
pub struct Refund;

pub struct Payments;

#[handler]
impl Payments {
    async fn refund(&self, _command: Refund) {
        tokio::spawn(std::future::ready(()));
    }
}

#[mediator]
pub struct Shop {
    pub payments: Payments,
}
