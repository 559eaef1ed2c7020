//! CATGA063: nothing keeps a repeat of a critical command from doing it again, at `Payments`.

use catga::prelude::*;

#[command(critical)]
pub struct ChargeCard;

pub struct Payments;

#[handler]
impl Payments {
    async fn charge(&self, _command: ChargeCard) {}
}

#[mediator]
#[pipeline(Timeout::secs(1))]
pub struct Shop {
    payments: Payments,
}

fn main() {}
