//! CATGA090, mended.

use catga::prelude::*;
use serde::{Deserialize, Serialize};

#[event(qos = 1)]
#[derive(Serialize, Deserialize)]
struct Paid(u64);


fn main() {}
