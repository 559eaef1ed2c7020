//! CATGA021: an option that an event does not have.

use catga::prelude::*;

#[event(fan_out = sequential)]
pub struct OrderPlaced;

fn main() {}
