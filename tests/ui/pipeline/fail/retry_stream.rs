//! CATGA015: a stream cannot be begun anew, at `Retry`.

use catga::prelude::*;
use futures_util::{Stream, stream};

#[query(stream = u64)]
#[derive(Clone)]
pub struct List;

pub struct Rates;

#[handler]
impl Rates {
    fn list(&self, _query: List) -> impl Stream<Item = u64> {
        stream::iter([1, 2])
    }
}

#[mediator]
#[pipeline(Retry::times(3))]
pub struct Shop {
    rates: Rates,
}

fn main() {}
