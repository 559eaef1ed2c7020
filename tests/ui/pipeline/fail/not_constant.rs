//! CATGA072: an entry that is computed at run time, at `seconds()`.

use catga::prelude::*;

#[command(reply = u64)]
pub struct ChargeCard(pub u64);

pub struct Payments;

#[handler]
#[pipeline(Timeout::secs(seconds()))]
impl Payments {
    fn charge(&self, command: ChargeCard) -> u64 {
        command.0
    }
}

#[mediator]
pub struct Shop {
    payments: Payments,
}

fn seconds() -> u64 {
    2
}

fn main() {
    let _ = seconds();
}
