//! CATGA099, mended.

use catga::prelude::*;
use postcard_schema::Schema;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, Schema)]
struct Receipt {
    id: u64,
}

#[command(reply = Receipt)]
#[derive(Serialize, Deserialize, Schema)]
struct ChargeCard {
    cents: u32,
}

#[contract(schema)]
struct PaymentsApi(ChargeCard);

fn main() {}
