//! CATGA074: a message that threads cannot share.

use catga::prelude::*;

#[command]
pub struct Refund(pub u64);

fn main() {}
