//! CATGA056: what does not compress. Mended.

use catga::prelude::*;
use serde::{Deserialize, Serialize};

#[command(reply = u64)]
#[derive(Serialize, Deserialize)]
pub struct ChargeCard {
    cents: u64,
}

#[contract(compress = catga::codec::compression::Uncompressed)]
pub struct PaymentsApi(ChargeCard);

fn main() {}
