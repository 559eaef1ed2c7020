//! CATGA021: an option that an event does not have, at `fanout`.

use catga::prelude::*;

#[event(fanout = sequential)]
pub struct OrderPlaced;

fn main() {}
