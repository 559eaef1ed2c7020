//! CATGA092: a message in a contract has no bytes, at `ChargeCard`.

use catga::prelude::*;

#[command(reply = u64)]
struct ChargeCard {
    cents: u64,
}

#[contract]
struct PaymentsApi(ChargeCard);

fn main() {}
