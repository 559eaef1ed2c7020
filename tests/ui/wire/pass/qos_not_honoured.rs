//! CATGA098, mended.

use catga::Remote;
use catga::prelude::*;
use catga::transport::memory::Memory;
use serde::{Deserialize, Serialize};

#[command(qos = 1)]
#[derive(Serialize, Deserialize)]
struct Pay(u64);

#[contract]
struct PaymentsApi(Pay);

#[mediator]
struct Shop {
    payments: Remote<Memory, PaymentsApi>,
}

fn main() {}
