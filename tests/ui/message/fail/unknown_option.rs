//! CATGA021: an option that there is not.

use catga::prelude::*;

#[command(replies = u64)]
pub struct Refund;

fn main() {}
