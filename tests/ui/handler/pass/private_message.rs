//! CATGA054: a message that fewer see than its handler set.

use catga::prelude::*;

#[command(reply = u64)]
pub struct Refund(u64);

pub struct Payments;

#[handler]
impl Payments {
    async fn refund(&self, command: Refund) -> u64 {
        command.0
    }
}

#[mediator]
pub struct Shop {
    payments: Payments,
}

fn main() {}
