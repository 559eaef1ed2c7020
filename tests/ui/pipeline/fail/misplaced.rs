//! CATGA050: a pipeline around what is no handler, at `pub`.

use catga::prelude::*;

#[pipeline(Timeout::secs(1))]
pub fn refund() {}

fn main() {}
