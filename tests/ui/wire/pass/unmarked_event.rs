//! CATGA095, mended.

use catga::prelude::*;
use serde::{Deserialize, Serialize};

#[event]
#[derive(Serialize, Deserialize)]
struct Paid(u64);

#[contract]
struct PaymentsApi(#[event] Paid);

fn main() {}
