//! CATGA039: no method takes a message, at `Payments`.

use catga::prelude::*;

#[command]
pub struct Refund;

pub struct Payments;

#[handler]
impl Payments {
    fn helper(&self) -> u8 {
        1
    }
}

fn main() {}
