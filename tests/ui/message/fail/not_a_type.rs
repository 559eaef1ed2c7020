//! CATGA020: a message is a struct or an enum, at `pub`.

use catga::prelude::*;

#[command]
pub fn refund() {}

fn main() {}
