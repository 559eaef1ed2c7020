//! CATGA020: a message is a struct or an enum.

use catga::prelude::*;

#[command]
pub fn refund() {}

fn main() {}
