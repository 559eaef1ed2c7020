//! CATGA126: an option with a colon, at `:`.

use catga::prelude::*;

#[command(reply: u64)]
pub struct Refund;

fn main() {}
