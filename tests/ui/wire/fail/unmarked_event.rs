//! CATGA095: a contract has an event that is not marked, at `Paid`.

use catga::prelude::*;
use serde::{Deserialize, Serialize};

#[event]
#[derive(Serialize, Deserialize)]
struct Paid(u64);

#[contract]
struct PaymentsApi(Paid);

fn main() {}
