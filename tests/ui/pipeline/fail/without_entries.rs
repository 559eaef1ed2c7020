//! CATGA052: a pipeline of nothing, at `pipeline`.

use catga::prelude::*;

#[command(reply = u64)]
pub struct ChargeCard(pub u64);

pub struct Payments;

#[handler]
#[pipeline]
impl Payments {
    fn charge(&self, command: ChargeCard) -> u64 {
        command.0
    }
}

fn main() {}
