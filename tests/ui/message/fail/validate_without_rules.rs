//! CATGA011: a message that says `validate` and no rules, at `validate`.

use catga::prelude::*;

#[command(validate)]
pub struct Refund(pub u64);

fn main() {}
