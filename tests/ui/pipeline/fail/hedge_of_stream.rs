//! CATGA019: a stream cannot run twice, at `Hedge`.

use catga::prelude::*;

#[query(stream = u64)]
pub struct Prices;

pub struct Desk;

#[handler]
impl Desk {
    fn prices(&self, _query: Prices) -> impl futures_util::Stream<Item = u64> {
        futures_util::stream::iter([7])
    }
}

#[mediator]
#[pipeline(Hedge::after_millis(50))]
pub struct Shop {
    desk: Desk,
}

fn main() {}
