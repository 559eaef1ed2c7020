//! A bound says how long.

use catga::prelude::*;

#[command(within(secs = 2))]
pub struct PlaceOrder;

fn main() {}
