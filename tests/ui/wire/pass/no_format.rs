//! CATGA057: what is no format. Mended.

use catga::prelude::*;
use serde::{Deserialize, Serialize};

#[command(reply = u64)]
#[derive(Serialize, Deserialize)]
pub struct ChargeCard {
    cents: u64,
}

#[contract(codec = catga::codec::Json)]
pub struct PaymentsApi(ChargeCard);

fn main() {}
