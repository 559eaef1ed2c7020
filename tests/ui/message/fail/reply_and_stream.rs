//! CATGA024: a stream query has no reply, at `stream`.

use catga::prelude::*;

#[query(reply = u64, stream = u64)]
pub struct Refund;

fn main() {}
