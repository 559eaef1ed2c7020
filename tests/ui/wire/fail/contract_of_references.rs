//! CATGA093: a contract lists what is no path, at `(ChargeCard,)`.

use catga::prelude::*;
use serde::{Deserialize, Serialize};

#[command(reply = u64)]
#[derive(Serialize, Deserialize)]
struct ChargeCard {
    cents: u64,
}

#[contract]
struct PaymentsApi((ChargeCard,));

fn main() {}
