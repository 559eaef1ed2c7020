//! CATGA040: a mediator without names for its fields, at `pub`.

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

#[mediator]
#[pipeline(Trace)]
pub struct Shop(pub Payments, #[state] pub u64);

async fn charge(shop: &Shop) {
    let _ = shop.send(ChargeCard(1)).await;
}

fn main() {}
