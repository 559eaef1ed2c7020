//! An option is `name = value`.

use catga::prelude::*;

#[command(reply = u64)]
pub struct Refund;

fn main() {}
