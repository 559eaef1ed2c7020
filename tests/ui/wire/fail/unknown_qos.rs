//! CATGA090: a quality of service that there is not, at `3`.

use catga::prelude::*;
use serde::{Deserialize, Serialize};

#[event(qos = 3)]
#[derive(Serialize, Deserialize)]
struct Paid(u64);


fn main() {}
