//! CATGA034: a handler takes `&mut self`, at `&mut self`.

use catga::prelude::*;

#[command]
pub struct Refund;

pub struct Payments;

#[handler]
impl Payments {
    async fn refund(&mut self, _command: Refund) {}
}

fn main() {}
