//! CATGA055: a type has two handler impls in two modules, at `Payments`.

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
    }
}

mod refunds {
    use super::payments::Payments;
    use super::*;

    #[handler]
    impl Payments {
        async fn refund(&self, command: Refund) -> u64 {
            command.0
        }
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
