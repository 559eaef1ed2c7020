//! CATGA023: an event has no reply.

use catga::prelude::*;

#[event(reply = u64)]
pub struct Refund;

fn main() {}
