//! CATGA096: a former version does not become this one, at `ChargeCard`.

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

#[contract]
struct PaymentsApi(ChargeCard);

fn main() {}
