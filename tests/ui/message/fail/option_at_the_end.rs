//! CATGA126: an option without its list, at the end, at `trace`.

use catga::prelude::*;

#[command(reply = u64, trace)]
pub struct ChargeCard {
    pub cents: u64,
}

fn main() {}
