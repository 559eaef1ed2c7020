//! CATGA074: a message that threads cannot share, at `Refund`.

use catga::prelude::*;
use std::cell::Cell;

#[command]
pub struct Refund(pub Cell<u64>);

fn main() {}
