//! CATGA027: a field of several entries does not fit, at `self`.

use std::time::Duration;

use catga::prelude::*;

#[command(reply = u64)]
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ChargeCard(pub u64);

pub struct Payments {
    cache: Cache<ChargeCard>,
}

#[handler]
#[pipeline(Trace, Timeout::secs(2))]
impl Payments {
    #[pipeline(self.cache)]
    fn answer(&self, asked: ChargeCard) -> u64 {
        asked.0
    }
}

#[mediator]
#[pipeline(Log::failures())]
pub struct Shop {
    payments: Payments,
}

fn main() {
    let _shop = Shop { payments: Payments { cache: Cache::new(8, Duration::from_secs(1)) } };
}
