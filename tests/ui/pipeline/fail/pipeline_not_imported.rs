//! CATGA067: a method's pipeline is not imported, at `pipeline`.

use catga::prelude::{Timeout, command, handler};

#[command(reply = u64)]
pub struct ChargeCard(pub u64);

pub struct Payments;

#[handler]
impl Payments {
    #[pipeline(Timeout::secs(1))]
    fn charge(&self, command: ChargeCard) -> u64 {
        command.0
    }
}

fn main() {}
