//! CATGA071: a handler's future is not `Send`, at `refund`.

use catga::prelude::*;
use std::rc::Rc;

#[command]
pub struct Refund;

pub struct Payments;

#[handler]
impl Payments {
    async fn refund(&self, _command: Refund) {
        let amount = Rc::new(1);
        std::future::ready(()).await;
        drop(amount);
    }
}

fn main() {}
