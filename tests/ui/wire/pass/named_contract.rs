//! CATGA093, mended.

use catga::prelude::*;
use serde::{Deserialize, Serialize};

#[command(reply = u64)]
#[derive(Serialize, Deserialize)]
struct ChargeCard {
    cents: u64,
}

#[contract]
struct PaymentsApi(ChargeCard);

fn main() {}
