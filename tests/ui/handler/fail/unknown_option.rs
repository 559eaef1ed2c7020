//! CATGA021: an option that there is not, at `public`.

use catga::prelude::*;

#[command(reply = u64)]
pub struct ChargeCard(pub u64);

pub struct Payments;

#[handler(public)]
impl Payments {
    fn charge(&self, command: ChargeCard) -> u64 {
        command.0
    }
}

fn main() {}
