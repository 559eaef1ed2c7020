//! CATGA027: a cache for a stream, at `self`.

use std::time::Duration;

use catga::prelude::*;

#[query(stream = u64)]
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Prices(pub u64);

pub struct Desk {
    cache: Cache<Prices>,
}

#[handler]
impl Desk {
    #[pipeline(self.cache)]
    fn prices(&self, query: Prices) -> impl futures_util::Stream<Item = u64> {
        futures_util::stream::iter([query.0])
    }
}

#[mediator]
pub struct Shop {
    desk: Desk,
}

fn main() {
    let _shop = Shop { desk: Desk { cache: Cache::new(8, Duration::from_secs(1)) } };
}
