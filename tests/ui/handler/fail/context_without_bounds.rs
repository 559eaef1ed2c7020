//! CATGA037: a context that does not say what it may do, at `&mut Context<u8>`.

use catga::prelude::*;

#[command]
pub struct Refund;

pub struct Payments;

#[handler]
impl Payments {
    async fn refund(&self, _command: Refund, _cx: &mut Context<u8>) {}
}

fn main() {}
