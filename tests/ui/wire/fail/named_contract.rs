//! CATGA093: a contract with named fields, at `PaymentsApi`.

use catga::prelude::*;
use serde::{Deserialize, Serialize};

#[command(reply = u64)]
#[derive(Serialize, Deserialize)]
struct ChargeCard {
    cents: u64,
}

#[contract]
struct PaymentsApi {
    charge: ChargeCard,
}

fn main() {}
