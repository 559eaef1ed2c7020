//! CATGA021: a way to run an event's handlers that there is not, at `parallel`.

use catga::prelude::*;

#[event(fan_out = parallel)]
pub struct OrderPlaced;

fn main() {}
