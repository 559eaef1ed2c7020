//! CATGA024: a stream query has no reply. Mended.

use catga::prelude::*;

#[query(stream = u64)]
pub struct Refund;

fn main() {}
