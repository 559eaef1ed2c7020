//! CATGA022: an option is said twice, at `reply`.

use catga::prelude::*;

#[command(reply = u64, reply = u32)]
pub struct Refund;

fn main() {}
