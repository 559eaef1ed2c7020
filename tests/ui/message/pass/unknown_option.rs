//! CATGA021: an option that there is not. Mended.

use catga::prelude::*;

#[command(reply = u64)]
pub struct Refund;

fn main() {}
