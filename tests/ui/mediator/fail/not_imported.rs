//! CATGA067: a mediator's attribute is not imported, at `mediator`.

use catga::prelude::{Validate, command, handler, pipeline};

#[command(reply = u64)]
pub struct ChargeCard;

pub struct Payments;

#[handler]
#[pipeline(Validate)]
impl Payments {
    fn charge(&self, _: ChargeCard) -> u64 {
        7
    }
}

#[mediator]
#[pipeline(Validate)]
pub struct Shop {
    payments: Payments,
}

fn main() {}
