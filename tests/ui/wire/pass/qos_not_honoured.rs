//! CATGA098, mended.

use catga::Remote;
use catga::prelude::*;
use catga::transport::memory::Memory;
use serde::{Deserialize, Serialize};

#[event(qos = 1)]
#[derive(Serialize, Deserialize)]
struct Paid(u64);

#[contract]
struct PaymentsApi(#[event] Paid);

#[mediator]
struct Shop {
    payments: Remote<Memory, PaymentsApi>,
}

fn main() {}
