//! CATGA027: a cache whose key cannot be looked up. Mended.

use catga::prelude::*;

// `Hash`.
#[query(reply = u64)]
#[derive(Clone, PartialEq, Eq, Hash)]
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
