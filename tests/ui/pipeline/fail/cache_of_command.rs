//! CATGA027: a cache for what is no query, at `self`.

use std::time::Duration;

use catga::prelude::*;

#[command(reply = u64)]
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ChargeCard(pub u64);

pub struct Payments {
    cache: Cache<ChargeCard>,
}

#[handler]
impl Payments {
    #[pipeline(self.cache)]
    fn charge(&self, command: ChargeCard) -> u64 {
        command.0
    }
}

#[mediator]
pub struct Shop {
    payments: Payments,
}

fn main() {
    let _shop = Shop { payments: Payments { cache: Cache::new(8, Duration::from_secs(1)) } };
}
