use std::time::Duration;

use catga::prelude::*;

#[query(reply = u64)]
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct PriceOf(pub u64);

pub struct Desk {
    cache: Cache<PriceOf>,
}

#[handler]
impl Desk {
    #[pipeline(self.cache)]
    fn price(&self, query: PriceOf) -> u64 {
        query.0
    }
}

#[mediator]
pub struct Shop {
    desk: Desk,
}

fn main() {
    let _shop = Shop { desk: Desk { cache: Cache::new(8, Duration::from_secs(1)) } };
}
