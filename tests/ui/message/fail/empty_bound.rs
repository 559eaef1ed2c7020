//! CATGA028: a bound without a time, at `within(secs = 0)`.

use catga::prelude::*;

#[command(within(secs = 0))]
pub struct PlaceOrder;

fn main() {}
