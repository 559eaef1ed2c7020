//! CATGA021: an option of a method that there is not, at `wire`.

use catga::prelude::*;

#[command(reply = u64)]
pub struct ChargeCard(pub u64);

pub struct Payments;

#[handler]
impl Payments {
    #[handler(wire = "till.charge")]
    fn charge(&self, command: ChargeCard) -> u64 {
        command.0
    }
}

fn main() {}
