//! CATGA028: a bound without a time.

use catga::prelude::*;

#[command(within(secs = 0))]
pub struct PlaceOrder;

fn main() {}
