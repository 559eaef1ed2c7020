//! CATGA013: a timer that cannot wait.

use catga::prelude::*;

#[command(reply = u64)]
pub struct ChargeCard(pub u64);

pub struct Payments;

#[handler]
impl Payments {
    fn charge(&self, command: ChargeCard) -> u64 {
        command.0
    }
}

pub struct Watch;

impl Timer for Watch {
    type Sleep = std::future::Ready<()>;

    fn sleep(&self, _: std::time::Duration) -> Self::Sleep {
        std::future::ready(())
    }
}

#[mediator(timer = self.watch)]
pub struct Shop {
    payments: Payments,
    watch: Watch,
}

fn main() {}
