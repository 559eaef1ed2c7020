//! CATGA039: no method takes a message.

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
