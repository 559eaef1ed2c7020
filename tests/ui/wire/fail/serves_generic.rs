//! CATGA100: a table for a mediator with parameters, at `serves`.

use catga::prelude::*;
use serde::{Deserialize, Serialize};

#[command(reply = u64)]
#[derive(Serialize, Deserialize)]
struct ChargeCard {
    cents: u64,
}

struct Payments<T>(T);

#[handler]
impl<T: Send + Sync> Payments<T> {
    fn charge(&self, command: ChargeCard) -> u64 {
        command.cents
    }
}

#[contract]
struct PaymentsApi(ChargeCard);

#[mediator(serves)]
struct Bank<T: Send + Sync + 'static> {
    payments: Payments<T>,
}

fn main() {}
