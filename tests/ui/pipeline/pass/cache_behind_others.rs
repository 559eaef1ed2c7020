//! A cache is for queries.

use std::time::Duration;

use catga::prelude::*;

#[query(reply = u64)]
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Balance(pub u64);

pub struct Payments {
    cache: Cache<Balance>,
}

#[handler]
#[pipeline(Trace, Timeout::secs(2))]
impl Payments {
    #[pipeline(self.cache)]
    fn answer(&self, asked: Balance) -> u64 {
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
