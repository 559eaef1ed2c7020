//! CATGA023: an event has no reply. Mended.

use catga::prelude::*;

#[command(reply = u64)]
pub struct Refund;

fn main() {}
