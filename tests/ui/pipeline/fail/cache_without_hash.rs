//! CATGA027: a cache whose key cannot be looked up, at `self`.

use catga::prelude::*;

// Not `Hash`.
#[query(reply = u64)]
#[derive(Clone, PartialEq, Eq)]
pub struct PriceOf(pub u64);

pub struct Prices {
    cache: Cache<PriceOf>,
}

#[handler]
impl Prices {
    #[pipeline(self.cache)]
    fn price_of(&self, query: PriceOf) -> u64 {
        query.0
    }
}

#[mediator]
pub struct Shop {
    prices: Prices,
}

fn main() {}
