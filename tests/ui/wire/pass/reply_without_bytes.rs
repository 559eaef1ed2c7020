//! CATGA092, mended.

use catga::prelude::*;
use serde::{Deserialize, Serialize};

#[command(reply = Receipt)]
#[derive(Serialize, Deserialize)]
struct ChargeCard {
    cents: u64,
}

#[derive(Serialize, Deserialize)]
struct Receipt(u64);

#[contract]
struct PaymentsApi(ChargeCard);

fn main() {}
