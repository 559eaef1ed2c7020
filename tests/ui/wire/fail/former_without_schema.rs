//! CATGA099: the version before has no schema, at `ChargeCard`.

use catga::prelude::*;
use postcard_schema::Schema;
use serde::{Deserialize, Serialize};

#[command(name = "ChargeCard")]
#[derive(Serialize, Deserialize)]
struct ChargeCardV1 {
    cents: u32,
}

#[command(version = 2, upcasts = ChargeCardV1)]
#[derive(Serialize, Deserialize, Schema)]
struct ChargeCard {
    cents: u64,
}

impl From<ChargeCardV1> for ChargeCard {
    fn from(old: ChargeCardV1) -> Self {
        Self { cents: old.cents.into() }
    }
}

#[contract(schema)]
struct PaymentsApi(ChargeCard);

fn main() {}
