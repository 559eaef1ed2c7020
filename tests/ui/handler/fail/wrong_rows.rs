//! CATGA006: a stream yields something else than its contract says, at `impl`.

use catga::prelude::*;
use futures_util::{Stream, stream};

#[query(stream = u64)]
pub struct List;

pub struct Rates;

#[handler]
impl Rates {
    fn list(&self, _query: List) -> impl Stream<Item = u32> {
        stream::iter([1, 2])
    }
}

fn main() {}
