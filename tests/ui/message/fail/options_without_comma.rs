//! CATGA126: two options without a comma, at `idempotent`.

use catga::prelude::*;

#[command(reply = u64 idempotent)]
pub struct Refund;

fn main() {}
