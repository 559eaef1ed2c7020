//! CATGA020: a message is a struct or an enum. Mended.

use catga::prelude::*;

#[command]
pub struct Refund;

fn main() {}
