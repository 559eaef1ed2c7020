//! CATGA022: an option is said twice. Mended.

use catga::prelude::*;

#[command(reply = u64)]
pub struct Refund;

fn main() {}
