//! CATGA033: a handler has parameters of its own, at `T: Send`.

use catga::prelude::*;

#[command]
pub struct Refund;

pub struct Payments;

#[handler]
impl Payments {
    async fn refund<T: Send>(&self, _command: Refund) {}
}

fn main() {}
