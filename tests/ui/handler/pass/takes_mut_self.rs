//! CATGA034: a handler takes `&mut self`. Mended.

use catga::prelude::*;

#[command]
pub struct Refund;

pub struct Payments;

#[handler]
impl Payments {
    async fn refund(&self, _command: Refund) {}
}

fn main() {}
