//! CATGA097, mended.

use catga::Remote;
use catga::prelude::*;
use catga::transport::memory::Memory;
use serde::{Deserialize, Serialize};

#[command(reply = u64)]
#[derive(Serialize, Deserialize)]
struct ChargeCard {
    cents: u64,
}

#[contract]
struct PaymentsApi(ChargeCard);

#[mediator]
struct Shop {
    payments: Remote<Memory, PaymentsApi>,
}

fn main() {}
