//! CATGA032: the methods of a trait object as handlers, at `dyn Charges`.

use catga::prelude::*;

#[command(reply = u64)]
pub struct ChargeCard(pub u64);

pub trait Charges: Send + Sync {
    fn fee(&self) -> u64;
}

#[handler]
impl dyn Charges {
    fn charge(&self, command: ChargeCard) -> u64 {
        command.0 + self.fee()
    }
}

fn main() {}
