//! CATGA056: what does not compress, at `u8`.

use catga::prelude::*;
use serde::{Deserialize, Serialize};

#[command(reply = u64)]
#[derive(Serialize, Deserialize)]
pub struct ChargeCard {
    cents: u64,
}

#[contract(compress = u8)]
pub struct PaymentsApi(ChargeCard);

fn main() {}
