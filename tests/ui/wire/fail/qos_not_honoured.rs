//! CATGA098: an event asks for more than its transport honours, at `Remote<Memory, PaymentsApi>`.

use catga::Remote;
use catga::prelude::*;
use catga::transport::memory::Memory;
use serde::{Deserialize, Serialize};

#[event(qos = 2)]
#[derive(Serialize, Deserialize)]
struct Paid(u64);

#[contract]
struct PaymentsApi(#[event] Paid);

#[mediator]
struct Shop {
    payments: Remote<Memory, PaymentsApi>,
}

fn main() {}
