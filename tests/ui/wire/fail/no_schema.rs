//! CATGA099: the reply has no schema, at `ChargeCard`.

use catga::prelude::*;
use postcard_schema::Schema;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
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
