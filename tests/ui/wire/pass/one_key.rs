//! CATGA029, mended.

use catga::prelude::*;
use serde::{Deserialize, Serialize};

#[command(reply = u64)]
#[derive(Serialize, Deserialize)]
struct ChargeCard {
    cents: u64,
}

#[command(name = "ChargeCard", version = 2)]
#[derive(Serialize, Deserialize)]
struct Pay;

#[contract]
struct PaymentsApi(ChargeCard, Pay);

fn main() {}
