//! CATGA096, mended.

use catga::prelude::*;
use serde::{Deserialize, Serialize};

#[command(name = "ChargeCard")]
#[derive(Serialize, Deserialize)]
struct ChargeCardV1 {
    cents: u32,
}

#[command(version = 2, upcasts = ChargeCardV1)]
#[derive(Serialize, Deserialize)]
struct ChargeCard {
    cents: u64,
}

impl From<ChargeCardV1> for ChargeCard {
    fn from(old: ChargeCardV1) -> Self {
        Self { cents: old.cents.into() }
    }
}

#[contract]
struct PaymentsApi(ChargeCard);

fn main() {}
