//! CATGA071: a handler's future is not `Send`.

use catga::prelude::*;
use std::sync::Arc;

#[command]
pub struct Refund;

pub struct Payments;

#[handler]
impl Payments {
    async fn refund(&self, _command: Refund) {
        let amount = Arc::new(1);
        std::future::ready(()).await;
        drop(amount);
    }
}

fn main() {}
