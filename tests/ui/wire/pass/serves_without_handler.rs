//! CATGA001, mended.

use catga::prelude::*;
use serde::{Deserialize, Serialize};

#[command(reply = u64)]
#[derive(Serialize, Deserialize)]
struct ChargeCard {
    cents: u64,
}

#[query(reply = u64)]
#[derive(Serialize, Deserialize)]
struct Balance;

#[contract]
struct PaymentsApi(ChargeCard, Balance);

struct Payments;

#[handler]
impl Payments {
    fn charge(&self, command: ChargeCard) -> u64 {
        command.cents
    }

    fn balance(&self, _query: Balance) -> u64 {
        0
    }
}

#[mediator(serves(PaymentsApi))]
struct Bank {
    payments: Payments,
}

fn main() {}
