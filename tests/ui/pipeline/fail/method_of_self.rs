//! CATGA052: an entry that is made by a method of the set, at `self`.

use catga::prelude::*;

#[command(reply = u64)]
pub struct ChargeCard(pub u64);

pub struct Payments;

#[handler]
#[pipeline(self.patience())]
impl Payments {
    pub const fn patience(&self) -> Timeout {
        Timeout::secs(1)
    }

    fn charge(&self, command: ChargeCard) -> u64 {
        command.0
    }
}

fn main() {}
