//! CATGA052: an entry that is no behavior, at `1`.

use catga::prelude::*;

#[command(reply = u64)]
pub struct ChargeCard(pub u64);

pub struct Payments;

#[handler]
#[pipeline(1 + 1)]
impl Payments {
    fn charge(&self, command: ChargeCard) -> u64 {
        command.0
    }
}

fn main() {}
