//! CATGA029: two messages of a contract have one name on the wire, at `PaymentsApi`.

use catga::prelude::*;
use serde::{Deserialize, Serialize};

#[command(reply = u64)]
#[derive(Serialize, Deserialize)]
struct ChargeCard {
    cents: u64,
}

#[command(name = "ChargeCard")]
#[derive(Serialize, Deserialize)]
struct Pay;

#[contract]
struct PaymentsApi(ChargeCard, Pay);

fn main() {}
