//! CATGA098: a command asks for more than its transport honours, at `Remote<Memory, PaymentsApi>`.

use catga::Remote;
use catga::prelude::*;
use catga::transport::memory::Memory;
use serde::{Deserialize, Serialize};

#[command(qos = 2)]
#[derive(Serialize, Deserialize)]
struct Pay(u64);

#[contract]
struct PaymentsApi(Pay);

#[mediator]
struct Shop {
    payments: Remote<Memory, PaymentsApi>,
}

fn main() {}
