//! CATGA091: the key of a message has no bytes, at `customer`.

use catga::prelude::*;
use serde::{Deserialize, Serialize};

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
