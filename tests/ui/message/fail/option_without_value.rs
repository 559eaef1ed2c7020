//! CATGA126: an option without its value, at `,`.

use catga::prelude::*;

#[command(reply, idempotent)]
pub struct Refund;

fn main() {}
