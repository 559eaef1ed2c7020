//! CATGA021: an option that there is not, at `replies`.

use catga::prelude::*;

#[command(replies = u64)]
pub struct Refund;

fn main() {}
