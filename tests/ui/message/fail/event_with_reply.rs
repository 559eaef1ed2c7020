//! CATGA023: an event has no reply, at `reply`.

use catga::prelude::*;

#[event(reply = u64)]
pub struct Refund;

fn main() {}
