//! CATGA055: a type has two handler impls in two modules. Mended.

use catga::prelude::*;
use payments::Payments;

#[command(reply = u64)]
pub struct ChargeCard(pub u64);

#[command(reply = u64)]
pub struct Refund(pub u64);

mod payments {
    use super::*;

    pub struct Payments;

    #[handler]
    impl Payments {
        fn charge(&self, command: ChargeCard) -> u64 {
            command.0
        }

        async fn refund(&self, command: Refund) -> u64 {
            super::refunds::refund(command)
        }
    }
}

mod refunds {
    use super::*;

    pub fn refund(command: Refund) -> u64 {
        command.0
    }
}

#[mediator]
pub struct Shop {
    payments: Payments,
}

pub async fn refund(shop: &Shop) -> u64 {
    let charged = shop.send(ChargeCard(7)).await.unwrap_or(0);
    shop.send(Refund(charged)).await.unwrap_or(0)
}

fn main() {}
