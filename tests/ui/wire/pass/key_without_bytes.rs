//! CATGA091, mended.

use catga::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct Customer(u64);

#[event(key = customer)]
#[derive(Serialize, Deserialize)]
struct Paid {
    #[serde(skip)]
    customer: Customer,
}

impl Default for Customer {
    fn default() -> Self {
        Self(0)
    }
}

fn main() {}
