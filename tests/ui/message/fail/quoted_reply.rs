//! CATGA126: a type in quotes, at `"u64"`.

use catga::prelude::*;

#[command(reply = "u64")]
pub struct ChargeCard(pub u64);

fn main() {}
