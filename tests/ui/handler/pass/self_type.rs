//! CATGA032: the methods of a trait object as handlers.

use catga::prelude::*;

#[command(reply = u64)]
pub struct ChargeCard(pub u64);

pub trait Charges: Send + Sync {
    fn fee(&self) -> u64;
}

pub struct Payments {
    charges: Box<dyn Charges>,
}

#[handler]
impl Payments {
    fn charge(&self, command: ChargeCard) -> u64 {
        command.0 + self.charges.fee()
    }
}

fn main() {}
