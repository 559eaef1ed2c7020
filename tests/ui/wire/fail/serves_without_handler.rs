//! CATGA001: a mediator claims to serve a contract and lacks a handler, at `PaymentsApi`.

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
}

#[mediator(serves(PaymentsApi))]
struct Bank {
    payments: Payments,
}

fn main() {}
