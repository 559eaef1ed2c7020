//! A comma is between two.

use catga::prelude::*;

#[command(reply = u64, idempotent)]
pub struct Refund;

fn main() {}
