//! CATGA092: a reply in a contract has no bytes, at `ChargeCard`.

use catga::prelude::*;
use serde::{Deserialize, Serialize};

#[command(reply = Receipt)]
#[derive(Serialize, Deserialize)]
struct ChargeCard {
    cents: u64,
}

struct Receipt(u64);

#[contract]
struct PaymentsApi(ChargeCard);

fn main() {}
