//! CATGA036: a stream takes its context by reference, at `_cx: &mut Context<impl Sends<Rate>>`.

use catga::prelude::*;
use futures_util::{Stream, stream};

#[query(reply = u64)]
pub struct Rate;

#[query(stream = u64)]
pub struct List;

pub struct Rates;

#[handler]
impl Rates {
    fn list(&self, _query: List, _cx: &mut Context<impl Sends<Rate>>) -> impl Stream<Item = u64> {
        stream::iter([1, 2])
    }
}

fn main() {}
