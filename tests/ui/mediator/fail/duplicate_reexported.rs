//! CATGA016: one handler set, by way of two modules, at `parts::Payments`.

use catga::prelude::*;

#[command(reply = u64)]
pub struct ChargeCard(pub u64);

mod bank {
    use super::ChargeCard;
    use catga::prelude::*;

    pub struct Payments;

    #[handler]
    impl Payments {
        fn charge(&self, command: ChargeCard) -> u64 {
            command.0
        }
    }
}

mod parts {
    pub use super::bank::Payments;
}

#[mediator]
pub struct Shop {
    bank: bank::Payments,
    till: parts::Payments,
}

fn main() {}
