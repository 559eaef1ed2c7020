//! CATGA021: a way to run an event's handlers that there is not.

use catga::prelude::*;

#[event(fan_out = concurrent)]
pub struct OrderPlaced;

fn main() {}
