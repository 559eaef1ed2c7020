//! CATGA011: a message that says `validate` and no rules. Mended.

use catga::prelude::*;

#[command(validate)]
pub struct Refund(pub u64);

impl Valid for Refund {
    fn check(&self, checks: &mut Checks) {
        checks.require("cents", self.0 > 0, "must be positive");
    }
}

fn main() {}
