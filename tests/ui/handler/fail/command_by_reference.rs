//! CATGA009: a handler takes a command by reference, at `Refund`.

use catga::prelude::*;

#[command]
pub struct Refund;

pub struct Payments;

#[handler]
impl Payments {
    async fn refund(&self, _command: &Refund) {}
}

fn main() {}
